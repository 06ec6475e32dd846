/* Answers -> what the page will show, as one writes. Whatever is typed goes in as text, never as HTML. */

import { made } from "./dom.js"
import { pruned } from "./form-yaml.js"

/* `about` is the page's order: title, lead, facts, sections. `pictures` are small drawings, by file name. */
export function preview(answers, fields, about, words, pictures) {
  const field = name => fields.find(one => one.name === name)
  const named = (value, one) => one?.choices?.[value] ?? value
  const value = name => (field(name) ? pruned(answers[name]) : undefined)
  const title = value(about.title)
  const shown = [made("p", { className: "m-form__title" }, title ? String(named(title, field(about.title))) : words.untitled)]
  if (value(about.lead)) shown.push(made("p", { className: "m-lead" }, value(about.lead)))
  const facts = about.facts.filter(([name]) => value(name) !== undefined)
  if (facts.length) {
    const list = made("dl", { className: "m-facts m-facts--box" })
    for (const [name, label] of facts) list.append(made("div", {}, made("dt", {}, label), made("dd", {}, ...told(value(name), field(name), words))))
    shown.push(list)
  }
  for (const [name, label] of about.sections) {
    if (name === "images") shown.push(...(answers.images ?? []).flatMap(image => picture(image, pictures)))
    else if (value(name) !== undefined) shown.push(made("h3", {}, label), ...told(value(name), field(name), words))
  }
  return shown
}

/* An answer in words: a text as it is, several in a list, groups by their parts. */
function told(value, field, words) {
  if (field.parts && !Array.isArray(value)) {
    const parts = field.parts.filter(part => part.name in value && part.name !== "consent")
    if (field.name === "location") return [parts.map(part => value[part.name]).reverse().join(", ")]
    if (field.inList) return listed(value, parts, words)
    return parts.map(part => made("p", {}, `${part.shown ?? part.label}${words.colon} `, ...flat(told(value[part.name], part, words))))
  }
  if (Array.isArray(value)) {
    const list = made("ul", { className: "m-list" })
    for (const one of value) list.append(made("li", {}, ...told(one, { ...field, many: false, inList: true }, words)))
    return [list]
  }
  if (field.kind === "yes_no") return [value ? words.yes : words.no]
  if (field.kind === "prose") return prose(value)
  return [field.choices?.[value] ?? String(value)]
}

/* An element of a list: what is short on one line, then its texts. */
function listed(value, parts, words) {
  const short = parts.filter(part => part.kind !== "prose" && !part.parts)
  const head = short.flatMap(part => told(value[part.name], part, words)).filter(one => typeof one === "string").join(", ")
  const texts = parts.filter(part => part.kind === "prose").flatMap(part => prose(value[part.name]))
  return [...(head ? [texts.length ? made("strong", {}, head) : head] : []), ...texts]
}

const flat = parts => (parts.length === 1 && parts[0].localName === "p" ? [...parts[0].childNodes] : parts)

function picture(image, pictures) {
  const drawn = pictures.get(image.file)
  if (!drawn) return []
  const copy = document.createElement("canvas")
  copy.width = drawn.width
  copy.height = drawn.height
  copy.getContext("2d").drawImage(drawn, 0, 0)
  copy.setAttribute("role", "img")
  copy.setAttribute("aria-label", image.alt || image.file)
  return [made("figure", { className: "m-picture" }, copy, made("figcaption", {}, [image.credit, image.license].filter(Boolean).join(", ")))]
}

/* Paragraphs, lists, emphasis and links: what the page knows of Markdown, drawn roughly. */
export function prose(text) {
  return text.split(/\n\s*\n/).flatMap(block => {
    const shown = []
    for (const line of block.split("\n")) {
      const [, number, said] = line.match(/^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/) ?? []
      const last = shown.at(-1)
      const within = last?.localName === "p" && number && +number !== 1 // a year that begins a line of a paragraph
      const tag = number ? "ol" : "ul"
      if (said === undefined || within) {
        if (last) (last.localName === "p" ? last : last.lastChild).append(" ", ...inline(line))
        else shown.push(made("p", {}, ...inline(line)))
      } else if (last?.localName === tag) last.append(made("li", {}, ...inline(said)))
      else shown.push(made(tag, number && +number !== 1 ? { start: +number } : {}, made("li", {}, ...inline(said))))
    }
    return shown
  })
}

const MARKED = /\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|\[([^\]\n]+)\]\(((?:https:\/\/|mailto:)[^\s"\\<>)]+)\)/gi

function inline(text) {
  const shown = []
  let from = 0
  for (const found of text.matchAll(MARKED)) {
    const [all, strong, soft, name, href] = found
    shown.push(text.slice(from, found.index))
    shown.push(name ? made("a", { href, rel: "noopener" }, name) : made(strong ? "strong" : "em", {}, strong ?? soft))
    from = found.index + all.length
  }
  return [...shown, text.slice(from)].filter(part => part !== "")
}
