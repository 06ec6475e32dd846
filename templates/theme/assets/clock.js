/* The hours of a session: when it begins and how long it may last give each step its hour.

   Each step has its shortest, usual and longest minutes in the page, and a mark that stays without this script. What
   there is of time is shared: each step moves from its usual length towards its shortest, or its longest, as far as
   the whole does. */

const $ = (selector, root = document) => root.querySelector(selector)
const sum = numbers => numbers.reduce((all, one) => all + one, 0)
const two = number => String(number).padStart(2, "0")

/** The minutes of each step, exact, for so many in all; fewer than the shortest or more than the longest are not used. */
export function shared(steps, length) {
  const [least, usual, most] = ["min", "ideal", "max"].map(name => sum(steps.map(step => step[name])))
  const towards = length < usual ? "min" : "max"
  const room = length < usual ? usual - least : most - usual
  const part = room ? Math.min(1, Math.abs(length - usual) / room) : 0
  return steps.map(step => step.ideal + (step[towards] - step.ideal) * part)
}

/** The minutes at which each step starts and, last, the end: whole, and no step is rounded out of its range. */
export function starts(lengths) {
  const sums = [0]
  for (const length of lengths) sums.push(sums.at(-1) + length)
  return sums.map(Math.round)
}

function keep(form) {
  const said = $("[role=status]", form), words = form.dataset
  const [start, hours, minutes] = ["start", "hours", "minutes"].map(name => form.elements[name])
  const shown = [...document.querySelectorAll("[data-step]")]
  const steps = shown.map(({ dataset }) => ({ min: +dataset.min, ideal: +dataset.ideal, max: +dataset.max }))
  const places = [...shown, $("[data-end]")].map(part => $("[data-told]", part))
  const [least, most] = ["min", "max"].map(name => sum(steps.map(step => step[name])))

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name])
  const hour = at => fill(words.hour, { hours: Math.floor(at / 60) % 24, minutes: two(at % 60) })
  const long = span => (span < 60 ? `${span} min` : `${Math.floor(span / 60)} h${span % 60 ? ` ${two(span % 60)}` : ""}`)

  function tell() {
    const began = /^(\d\d):(\d\d)/.exec(start.value)
    const length = +hours.value * 60 + +minutes.value
    const sure = began && length > 0 && ![hours, minutes].some(field => field.validity.badInput)
    for (const place of places) place.hidden = !sure
    if (!sure) return (said.textContent = words.unclear)

    const from = +began[1] * 60 + +began[2]
    const at = starts(shared(steps, length))
    places.forEach((place, n) => {
      const last = n === steps.length
      place.textContent = fill(last ? words.ends : words.at, { hour: hour(from + at[n]), minutes: at[n + 1] - at[n] })
    })
    const how = length < least ? words.short : length > most ? words.long : words.fits
    const values = { missing: long(least - length), left: long(length - most), least: long(least), most: long(most) }
    said.textContent = fill(how, { ...values, hour: hour(from + at.at(-1)) })
  }

  form.addEventListener("input", tell)
  form.addEventListener("submit", event => event.preventDefault())
  form.hidden = false
  tell()
}

for (const form of document.querySelectorAll("[data-clock]")) keep(form)
