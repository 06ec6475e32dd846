/* Answers -> the text of a file: the same bytes as scripts/mallette/writing.py, which says what the format is.

   `fields` are the fields of the file in the order in which they are written: name, label, kind, parts. */

import { SPECIAL, count } from "./form-text.js"

const WIDTH = 120
const PLAIN = /^[A-Za-z0-9À-ÖØ-öø-ſ«]/u
const MISREAD = /: |:$| #| $/
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/iu
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/
const NUMBER = /^(?:0[xXoObB].*|[0-9][-+0-9_.,:eEtTzZ ]*)$/u

/* Blank for Python: all that is white but the mark at the start of a file. */
const BLANK = /^(?:(?!\ufeff)\s|[\x1c-\x1f\x85])*$/u

export function write(values, fields, language, { schema = "", heading = "" } = {}) {
  const head = []
  if (schema) head.push(`# yaml-language-server: $schema=${schema}`)
  if (heading) head.push(`# ${heading}`)
  for (const [name, value, field] of ordered(values, fields)) {
    if (field?.label) head.push(`# ${field.label}`)
    head.push(...entry(`${scalar(name)}:`, value, field, 0, language))
  }
  return `${head.join("\n")}\n`
}

/* What says something, at any depth; undefined if nothing does. */
export function pruned(value) {
  if (Array.isArray(value)) {
    const kept = value.map(pruned).filter(part => part !== undefined)
    return kept.length ? kept : undefined
  }
  if (value && typeof value === "object") {
    const kept = Object.entries(value).map(([name, part]) => [name, pruned(part)]).filter(([, part]) => part !== undefined)
    return kept.length ? Object.fromEntries(kept) : undefined
  }
  if (typeof value === "string") return BLANK.test(value) ? undefined : value
  return value ?? undefined
}

function ordered(values, fields = []) {
  const known = fields.filter(field => field.name in values)
  const names = known.map(field => field.name)
  const others = Object.keys(values).filter(name => !names.includes(name)).map(name => ({ name }))
  return [...known, ...others].map(field => [field.name, pruned(values[field.name]), field]).filter(([, value]) => value !== undefined)
}

function entry(head, value, field, column, language) {
  if (Array.isArray(value)) {
    const one = field && { ...field, many: false }
    return [head, ...moved(value.flatMap(part => entry("-", part, one, column + 2, language)))]
  }
  if (typeof value === "object") {
    const found = ordered(value, field?.parts).flatMap(([name, part, below]) => entry(`${scalar(name)}:`, part, below, column + 2, language))
    return head === "-" ? [`- ${found[0]}`, ...moved(found.slice(1))] : [head, ...moved(found)]
  }
  if (typeof value === "boolean") return [`${head} ${(language === "fr" ? ["non", "oui"] : ["no", "yes"])[+value]}`]
  if (typeof value === "string" && field?.kind === "number" && /^[0-9]+$/.test(value)) return [`${head} ${Number(value)}`]
  if (typeof value === "string") return text(head, value, column)
  return [`${head} ${value}`]
}

const moved = lines => lines.map(line => (line ? `  ${line}` : ""))

function text(head, value, column) {
  const lines = value.split("\n")
  if (lines.length > 1 && whole(lines)) return [`${head} |-`, ...moved(lines)]
  const one = scalar(value)
  const long = column + count(head) + 1 + count(one) > WIDTH
  if (long && lines.length === 1 && whole(lines) && !value.includes("  ")) return [`${head} >-`, ...moved(wrapped(value, WIDTH - column - 2))]
  return [`${head} ${one}`]
}

/* Whether a block keeps these lines as they are. */
function whole(lines) {
  if (lines.some(line => line.search(SPECIAL) >= 0 || line.endsWith(" "))) return false
  return lines.at(-1) !== "" && lines[0] !== "" && lines[0][0] !== " "
}

function wrapped(value, width) {
  const [first, ...words] = value.split(" ")
  const lines = [first]
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`
    if (count(longer) > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

function scalar(value) {
  const plain = PLAIN.test(value) && !MISREAD.test(value) && value.search(SPECIAL) < 0 && !value.includes("\n")
  if (plain && (DAY.test(value) || !(WORD.test(value) || NUMBER.test(value)))) return value
  const quoted = value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\t", "\\t")
  return `"${quoted.replace(SPECIAL, found => `\\u${found.codePointAt(0).toString(16).padStart(4, "0")}`)}"`
}
