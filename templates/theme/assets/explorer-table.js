/* What an explorer knows of its list: words, rows, counts, order, export. Nothing here touches the page. */

export const UNKNOWN = "-" // the key of the choice "not said", as in facets.py

/* Words: compared without case, accents, elisions and endings. */

const ELIDED = /(?<![\p{L}\p{N}])(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)'(?=[\p{L}\p{N}])/gu
const EMPTY = {
  fr:
    "a au aux avec ce ces cette chez dans de des du elle en est et eu il je la le les leur leurs mais ne nos notre " +
    "nous on ou par pas plus pour qui que se ses si son sa sur un une vers vos votre vous y",
  en: "a an and are at by for from how in is it of on or our that the their they to we what with you your",
}

/** A text in small letters without accents: "Œuvre d’été" -> "oeuvre d'ete". */
export function fold(text) {
  const bare = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "")
  return bare.replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[’ʼ]/g, "'")
}

/** The folded words of a text, without elided articles: "l'isolement" -> ["isolement"]. */
export function words(text) {
  return fold(text).replace(ELIDED, " ").match(/[\p{L}\p{N}]+/gu) ?? []
}

/** A folded word without its plural: "bureaux" -> "bureau", "journaux" -> "journal", "decisions" -> "decision". */
export function singular(word, language) {
  if (word.length < 4) return word
  if (language !== "fr") return word.replace(/ies$/, "y").replace(/([^s])s$/, "$1")
  return word.replace(/eaux$/, "eau").replace(/([a-z]{2})aux$/, "$1al").replace(/[sx]$/, "")
}

/* Endings of one family become one, in this order, if four letters or more are left. */
const ENDINGS = [
  [/amment$/, "ant"],
  [/emment$/, "ent"],
  [/(?:issement|ement)$/, ""],
  [/(?:atrice|ateur|ation|ative|atif)$/, ""],
  [/(?:euse|eur|eux)$/, "eu"],
  [/ive$/, "if"],
  [/ail$/, "al"],
  [/elle$/, "el"],
  [/([eo])nne$/, "$1n"],
  [/ette$/, "et"],
  [/iere$/, "ier"],
  [/ee$/, "e"],
  [/(?:er|e)$/, ""],
]

/** A light French stem, for comparing only: plural, feminine, the commonest endings of nouns, adjectives and verbs. */
export function stem(word, language) {
  let found = singular(word, language)
  for (const [ending, instead] of language === "fr" ? ENDINGS : []) {
    const cut = found.replace(ending, instead)
    if (cut.length >= 4) found = cut
  }
  return found
}

/** The folded words of what someone asks for, without those that tell nothing, if others are left. */
export function telling(text, language) {
  const all = words(text), empty = new Set(EMPTY[language]?.split(" "))
  const found = all.filter(word => !empty.has(word))
  return found.length ? found : all
}

/** A search over texts, one a row. Asked for some words, it gives the rows that have all of them, or words that begin
    as they do; null if nothing was asked. */
export function searcher(texts, language) {
  const rows = new Map() // word -> the rows that have it
  texts.forEach((text, row) => {
    for (const word of new Set(words(text))) {
      if (rows.has(word)) rows.get(word).push(row)
      else rows.set(word, [row])
    }
  })
  const known = [...rows.keys()].map(word => [word, stem(word, language)])
  const having = word => {
    const root = stem(word, language), start = singular(word, language), found = new Set()
    for (const [there, own] of known) {
      if (own === root || (start.length > 1 && there.startsWith(start))) for (const row of rows.get(there)) found.add(row)
    }
    return found
  }
  return asked => {
    const found = telling(asked, language).map(having)
    return found.length ? found.reduce((one, other) => new Set([...one].filter(row => other.has(row)))) : null
  }
}

/** A table as it was fetched, with a list of choices for each row of each facet. */
export function opened(table) {
  for (const facet of Object.values(table.facets)) {
    const alone = facet.keys.map((_, choice) => [choice])
    facet.several = facet.of.some(Array.isArray)
    facet.of = facet.of.map(choices => (Array.isArray(choices) ? choices : alone[choices]))
  }
  return table
}

/** The rows that have one of the chosen keys in each facet; and for each choice, the rows that it would give with what
    is chosen in the other facets. `allowed` says whether a row passes what is asked besides: words, numbers. */
export function filtered(table, chosen, allowed = () => true) {
  const facets = Object.values(table.facets)
  const wanted = facets.map(({ parameter, keys }) => chosen[parameter] && keys.map(key => chosen[parameter].includes(key)))
  const rows = [], counts = facets.map(({ keys }) => new Array(keys.length).fill(0))
  for (let row = 0; row < table.ids.length; row++) {
    if (!allowed(row)) continue
    let missed = -1, misses = 0
    for (let n = 0; n < facets.length && misses < 2; n++) {
      if (!wanted[n] || facets[n].of[row].some(choice => wanted[n][choice])) continue
      missed = n
      misses++
    }
    if (misses > 1) continue
    if (!misses) rows.push(row)
    for (let n = 0; n < facets.length; n++) {
      if (!misses || n === missed) for (const choice of facets[n].of[row]) counts[n][choice]++
    }
  }
  return { rows, counts: Object.fromEntries(facets.map(({ parameter }, n) => [parameter, counts[n]])) }
}

/** Rows in the order of a column of numbers, those without one last; by title, or as they are without a column. */
export function sorted(table, rows, by, down, language) {
  if (by === "title") {
    const order = new Intl.Collator(language), title = row => said(table.titles[row])[0]
    return [...rows].sort((a, b) => order.compare(title(a), title(b)))
  }
  const numbers = table.numbers[by]
  if (!numbers) return rows
  const last = row => numbers[row] === null
  return [...rows].sort((a, b) => last(a) - last(b) || (numbers[a] - numbers[b]) * (down ? -1 : 1) || a - b)
}

/** A text of the table, and its language if that is not the page's. */
function said(text) {
  return Array.isArray(text) ? text : [text, ""]
}

/** What a row says in a column: a list of texts, each with its language. */
export function values(table, texts, name, row) {
  if (name === "title") return [said(table.titles[row])]
  if (name === "summary") return texts ? [said(texts.summaries[row])] : []
  if (name === "tags") return texts?.tags[row] ? [said(texts.tags[row])] : []
  const facet = table.facets[name], mark = table.marks[name]
  if (!facet) return mark && mark.of[row] >= 0 ? [said(mark.values[mark.of[row]])] : []
  return facet.of[row].filter(choice => facet.keys[choice] !== UNKNOWN).map(choice => said(facet.labels[choice]))
}

/** The words of a row that a search looks at. */
export function searched(table, texts, row) {
  const names = ["title", "summary", "tags", ...table.searched]
  return names.flatMap(name => values(table, texts, name, row)).map(([text]) => text).join(" ")
}

/** Rows as plain values, by the names of their columns; no-break spaces become ordinary ones. */
export function records(table, texts, rows, address) {
  const value = (name, row) => {
    if (name === "id") return table.ids[row]
    if (name === "address") return address(table.ids[row])
    if (table.numbers[name]) return table.numbers[name][row]
    const found = values(table, texts, name, row).map(([text]) => text.replace(/[\u00a0\u202f]/g, " "))
    return table.facets[name]?.several ? found : (found[0] ?? null)
  }
  return rows.map(row => Object.fromEntries(Object.keys(table.names).map(name => [name, value(name, row)])))
}

/** Records as CSV (RFC 4180, UTF-8 with its mark); a cell that a spreadsheet would take for a formula is made text. */
export function csv(names, all) {
  const cell = value => {
    const text = Array.isArray(value) ? value.join(" ; ") : String(value ?? "")
    const inner = text.replace(/([;\t\r\n][\s"']*)(?=[=+@＝＋－＠]|-(?! )|- [^;\t\r\n]*(?:\w\(|\|))/g, "$1'") // a cell where semicolons part them
    const safe = typeof value !== "number" && /^'*[=+\-@\t\r＝＋－＠]/.test(inner) ? `'${inner}` : inner
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  const titles = Object.values(names).map(name => said(name)[0])
  const lines = [titles, ...all.map(record => Object.keys(names).map(name => record[name]))]
  return "\ufeff" + lines.map(line => line.map(cell).join(",") + "\r\n").join("")
}
