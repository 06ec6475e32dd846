/* Answers -> what is wrong with them: the same faults, in the same words, as `mallette check`.

   A fault has the path of its field (`partners.0.name`), a code and a sentence. No page is needed. */

import { RESERVED, count, said } from "./form-text.js"
import { pruned } from "./form-yaml.js"

const IDENTIFIER = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
const ADDRESS = /^https:\/\/[^\s/@:]+\.[^\s/@:]+(?:\/\S*)?$/
const DAY = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/

export function check(answers, fields, messages) {
  const found = []
  const tell = (path, field, code, values = {}) => {
    const sentence = messages[code].replace(" ({label})", "") // the form names a field by its label
    found.push({ path, code, text: said(sentence, { key: field.shown ?? field.label, ...values }) })
  }
  for (const field of fields) one(answers[field.name], field, field.name, tell)
  across(answers, fields, tell)
  return found
}

function one(value, field, path, tell) {
  const given = pruned(value)
  if (field.kind === "fields" && !field.many) {
    if (given !== undefined || field.required) for (const part of field.parts) one(value?.[part.name], part, `${path}.${part.name}`, tell)
    return
  }
  if (given === undefined) {
    if (field.required) tell(path, field, "missing")
    return
  }
  if (!field.many) return alone(given, field, path, tell)
  if (field.most && given.length > field.most) tell(path, field, "list_too_long", { over: given.length - field.most, limit: field.most })
  if (field.least && given.length < field.least) tell(path, field, "list_too_short", { over: field.least - given.length, limit: field.least })
  value.forEach((part, place) => {
    if (pruned(part) === undefined) return // an element that nobody filled in is not written
    if (field.kind !== "fields") return alone(part, field, path, tell)
    for (const inner of field.parts) one(part[inner.name], inner, `${path}.${place}.${inner.name}`, tell)
  })
}

function alone(value, field, path, tell) {
  const { kind, limit, low, high, rule } = field
  if (kind === "yes_no") return
  if (kind === "number") {
    if (!/^[0-9]{1,9}$/.test(value)) tell(path, field, "whole_number", { value })
    else if (low !== undefined && +value < low) tell(path, field, "too_small", { limit: low })
    else if (high !== undefined && +value > high) tell(path, field, "too_large", { limit: high })
    return
  }
  if (kind === "date" && !isDay(value)) tell(path, field, "day", { value })
  if (kind === "choice" && field.choices && !(value in field.choices)) tell(path, field, "not_a_choice", { value, choices: Object.keys(field.choices).join(", ") })
  if (limit && !field.many && count(value) > limit) tell(path, field, "text_too_long", { over: count(value) - limit, limit })
  if (rule === "identifier" && !isIdentifier(value)) tell(path, field, "identifier", { value })
  if (rule === "address" && !ADDRESS.test(value)) tell(path, field, "address", { value })
}

export const isIdentifier = value => count(value) <= 60 && IDENTIFIER.test(value) && !RESERVED.test(value)

function isDay(value) {
  if (!DAY.test(value)) return false
  const [year, month, day] = value.split("-").map(Number)
  const date = new Date(Date.UTC(2000, month - 1, day))
  date.setUTCFullYear(year, month - 1, day)
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

/* What no field tells alone. */
function across(answers, fields, tell) {
  const named = name => fields.find(field => field.name === name)
  const whole = value => (/^[0-9]{1,9}$/.test(value ?? "") ? +value : null)
  const group = answers.participants
  const counts = group?.by_role?.map(part => whole(part.count)) ?? []
  if (group && whole(group.total) !== null && counts.length && !counts.includes(null)) {
    const parts = counts.reduce((sum, number) => sum + number, 0)
    const total = named("participants").parts.find(part => part.name === "caveat")
    if (parts !== whole(group.total) && !group.caveat) tell("participants.caveat", total, "caveat_missing", { parts, total: group.total })
  }
  const date = named("testimonies")?.parts.find(part => part.name === "consent_date")
  answers.testimonies?.forEach((voice, place) => {
    if (voice.consent === "yes" && !voice.consent_date) tell(`testimonies.${place}.consent_date`, date, "missing")
    if (voice.person && voice.consent === "anonymised") tell(`testimonies.${place}.person`, named("testimonies"), "named_but_anonymised")
  })
  const size = answers.group_size
  if (size && [size.min, size.ideal, size.max].every(number => whole(number) !== null)) {
    if (!(+size.min <= +size.ideal && +size.ideal <= +size.max)) tell("group_size.min", named("group_size"), "group_size")
  }
  answers.steps?.forEach((step, place) => {
    const { min, max } = step.minutes ?? {}
    if (whole(min) !== null && whole(max) !== null && +min > +max) tell(`steps.${place}.minutes.min`, named("steps"), "min_above_max")
  })
}
