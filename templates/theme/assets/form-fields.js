/* The fields of the page <-> answers: reading, filling, lists that grow, choices that depend on a protocol, faults.

   A name in the page has the number of an element (`partners.4.name`); a path has its place (`partners.0.name`). */

import { count, said, tidy } from "./form-text.js"

const controls = (form, name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
const lists = (form, name) => form.querySelector(`[data-list="${CSS.escape(name)}"]`)
const items = list => [...list.querySelector("[data-items]").children]

/* What stands in the page, by field; what is at its default is not there. */
export function answers(form, fields, above = "") {
  const found = {}
  for (const field of fields) {
    const value = answer(form, field, above + field.name)
    if (value !== undefined) found[field.name] = value
  }
  return found
}

function answer(form, field, name) {
  if (field.parts && field.many) return items(lists(form, name)).map(item => answers(form, field.parts, `${name}.${item.dataset.item}.`))
  if (field.parts) return answers(form, field.parts, `${name}.`)
  const found = controls(form, name)
  if (!found.length) return form.querySelector(`[data-name="${CSS.escape(name)}"]`)?.dataset.file
  if (field.kind === "yes_no") return found[0].checked || undefined
  if (field.many && found[0].type === "checkbox") return found.filter(box => box.checked && !box.disabled).map(box => box.value)
  if (found[0].selectedOptions?.[0]?.disabled) return ""
  const text = tidy(found[0].value)
  if (field.many) return text.split("\n").map(line => line.trim()).filter(Boolean)
  return text === field.default ? undefined : field.kind === "prose" ? text : text.replace(/\s*\n\s*/g, " ")
}

export function fill(form, fields, values, above = "") {
  for (const field of fields) {
    const value = values?.[field.name]
    const name = above + field.name
    if (value === undefined || value === null) continue
    if (field.parts && field.many && Array.isArray(value)) {
      for (const part of value) fill(form, field.parts, part, `${name}.${grow(lists(form, name)).dataset.item}.`)
    } else if (field.parts) fill(form, field.parts, value, `${name}.`)
    else for (const control of controls(form, name)) put(control, value)
  }
}

function put(control, value) {
  if (control.type === "checkbox") control.checked = value === true || (Array.isArray(value) && value.includes(control.value))
  else control.value = Array.isArray(value) ? value.join("\n") : value
}

/* Whether somebody answered here. */
export function isFilled(control) {
  if (control.type === "checkbox") return control.checked
  return control.value !== (control.defaultValue ?? [...control.options].find(one => one.defaultSelected)?.value ?? control.options[0].value)
}

/* One more element in a list; its number is never used again. */
export function grow(list) {
  const number = list.dataset.next ?? "1"
  list.dataset.next = Number(number) + 1
  const item = list.querySelector("template").content.firstElementChild.cloneNode(true)
  item.dataset.item = number
  for (const one of [item, ...item.querySelectorAll("*")]) {
    for (const { name, value } of [...one.attributes]) if (value.includes("~")) one.setAttribute(name, value.replaceAll("~", number))
  }
  list.querySelector("[data-items]").append(item)
  numbered(list)
  return item
}

export function shrink(item) {
  const list = item.closest("[data-list]")
  const next = item.nextElementSibling ?? item.previousElementSibling
  item.remove()
  numbered(list)
  ;(next?.querySelector("legend") ?? list.querySelector("[data-add]")).focus()
}

function numbered(list) {
  for (const [place, item] of items(list).entries()) item.querySelector("[data-number]").textContent = place + 1
}

/* Only the steps of the protocol that was chosen are to choose from. */
export function narrow(form) {
  const chosen = form.querySelector("[name=of], [name=protocol]")?.value
  for (const one of form.querySelectorAll("[data-of]")) {
    const other = one.dataset.of !== chosen
    one.hidden = other
    ;(one.querySelector("input") ?? one).disabled = other
  }
}

/* How much room is left, told when there is little. */
export function measure(control) {
  const room = control.closest(".m-ask")?.querySelector(".m-ask__room")
  if (!room) return
  room.dataset.whole ??= room.textContent
  const left = room.dataset.room - count(tidy(control.value))
  const told = left < 0 ? room.dataset.over : left < room.dataset.room / 5 ? room.dataset.few : room.dataset.whole
  room.textContent = said(told, { count: Math.abs(left) })
  room.classList.toggle("m-ask__room--over", left < 0)
}

/* The box of the field at a path, where its fault is told. */
export function boxOf(form, path) {
  let name = ""
  for (const part of path.split(".")) {
    const number = /^\d+$/.test(part) ? items(lists(form, name))[part]?.dataset.item : part
    name = name ? `${name}.${number}` : number
  }
  return form.querySelector(`[data-ask="${CSS.escape(name)}"]`)
}

export const entryOf = box => (box.matches("fieldset") ? (box.querySelector("input:not([hidden]):not(:disabled)") ?? box) : box.querySelector("input, select, textarea"))

/* Tell, or no longer tell, what is wrong with a field. */
export function mark(box, sentence) {
  const fault = [...box.querySelectorAll(".m-ask__fault")].find(one => one.closest(".m-ask") === box)
  const entries = box.matches("fieldset") ? [] : [entryOf(box)]
  fault.textContent = sentence ?? ""
  fault.hidden = !sentence
  box.classList.toggle("m-ask--wrong", Boolean(sentence))
  for (const entry of entries) {
    if (sentence) entry.setAttribute("aria-invalid", "true")
    else entry.removeAttribute("aria-invalid")
  }
}
