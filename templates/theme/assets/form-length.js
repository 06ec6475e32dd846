/* How long the printed sheet of a story will be: fitted on a hundred stories set by templates/print/story.typ.

   At its smallest, 9 points, the main column has 88 letters a line. Off by 2 % on most stories, 5 % at worst. */

import { count } from "./form-text.js"

const LETTERS = 88
const LINE = 10.46
const SECTION = 18.3
const GAP = 0.9
const ROOM = 718.5
/* Titles and leads take their lines from the room. */
const TITLE = [34, 22.6]
const LEAD = [90, 13]
/* Above this part of the page, letters are under 10.5 points. */
const SMALL = 0.73

const lines = (text, letters) => text.split("\n\n").reduce((sum, part) => sum + Math.max(1, Math.ceil(count(part) / letters)), 0)
const gaps = text => text.split("\n\n").length - 1

/* The part of the page that a story takes, and how many letters are too many. */
export function length(answers) {
  let high = 0
  for (const name of ["objective", "context", "intervention", "results"]) {
    const text = answers[name] ?? ""
    if (text) high += SECTION + lines(text, LETTERS) * LINE + gaps(text) * GAP
  }
  for (const name of ["conditions", "obstacles", "if_again"]) {
    const listed = answers[name] ?? []
    if (listed.length) high += SECTION + listed.reduce((sum, text) => sum + lines(text, LETTERS - 3), 0) * LINE
  }
  for (const [name, inside] of [["adaptations", "text"], ["follow_up", "what"], ["testimonies", "text"]]) {
    const told = (answers[name] ?? []).map(one => one[inside]).filter(Boolean)
    if (told.length) high += SECTION + told.reduce((sum, text) => sum + 1 + lines(text, LETTERS), 0) * LINE + told.length * GAP
  }
  const head = [[answers.title, TITLE], [answers.summary || answers.objective?.slice(0, 200), LEAD]]
  const room = head.reduce((left, [text, [letters, each]]) => left - Math.ceil(count(text ?? "") / letters) * each, ROOM)
  const over = Math.max(0, Math.ceil(((high - room) / LINE) * LETTERS * 0.95))
  return { part: high / room, over, small: high / room > SMALL }
}
