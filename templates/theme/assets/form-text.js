/* Texts as people type and paste them: cleaned, counted, filled in, made into names of files. No page is needed. */

const LINE_ENDS = /\r\n?|[\v\f\u0085\u2028\u2029]/gu
/* The last two places of each plane, which are no characters. */
const NO_CHARACTER = [...Array(17).keys()].map(plane => plane.toString(16)).map(plane => `\\u{${plane}fffe}\\u{${plane}ffff}`).join("")
/* What `check` refuses (CONTROL of scripts/mallette/reading.py). With "u", a surrogate here is one without its other half: an emoji stays. */
const CONTROL = `\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufff9-\\ufffb\\u202a-\\u202e\\u2066-\\u2069${NO_CHARACTER}`
const UNSEEN = new RegExp(`[${CONTROL}\\ufeff\\u200b]`, "gu")

/* What must be written as an escape. */
export const SPECIAL = new RegExp(`[\\r\\t\\u0085\\u2028\\u2029\\ufeff${CONTROL}]`, "gu")

/* A text without what cannot be seen, as `tidy` of scripts/mallette/writing.py gives it. */
export function tidy(text) {
  const seen = text.replace(LINE_ENDS, "\n").replaceAll("\t", " ").replace(UNSEEN, "")
  const lines = seen.split("\n").map(line => line.trimEnd()).join("\n")
  return lines.replace(/\n{3,}/g, "\n\n").trim()
}

export const count = text => [...text].length

/* A sentence with its values; what is filled in is never read as a place to fill. */
export const said = (sentence, values) =>
  sentence.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all))

const LONGEST = 50
export const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/

/* The name of a file made from a title: small letters without accents, digits and dashes. */
export function slug(title) {
  const plain = title.toLowerCase().replaceAll("œ", "oe").replaceAll("æ", "ae").replaceAll("ß", "ss").normalize("NFKD")
  const name = plain.replace(/\p{M}/gu, "").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "")
  const short = name.length > LONGEST ? name.slice(0, LONGEST + 1).replace(/-?[^-]*$/, "") || name.slice(0, LONGEST) : name
  return RESERVED.test(short) ? `recit-${short}` : short
}

/* The same, with a number behind it if it is the name of another file. */
export function free(name, taken) {
  let number = 2
  let found = name
  while (found && taken.includes(found)) found = `${name}-${number++}`
  return found
}
