/* The message that would carry what is there now, what will happen to it, and which way out comes first. */

import { said } from "./form-text.js"
import { fits, message, shares } from "./form-ways.js"

/* The line that tells an editor what the fields are: nobody reads it in a message, where room is short. */
const LINK = /^# yaml-language-server:.*\n/

/* A message with the text in it, or with a place to paste it if it is long, or for a file that has pictures too. */
export function letterOf({ given, agreed, path, text }, { words, heading, contact }, pictures) {
  const subject = said(words.mail_subject, { heading, title: given.title ?? given.protocol ?? "" })
  const values = { path, text: text.replace(LINK, ""), agreed: agreed?.length ? `${agreed.join("\n")}\n\n` : "" }
  const [body, paste, attached] = ["mail_body", "mail_paste", "mail_attached"].map(name => said(words[name], values))
  const whole = message(contact, subject, body)
  const length = pictures ? "pictures" : fits(whole) ? "short" : "long"
  const href = { short: whole, long: message(contact, subject, paste), pictures: message(contact, subject, attached) }[length]
  return { subject, body, attached, length, href }
}

/* Say what a message will be before it is asked for. Where pictures can be shared, that is shorter and comes first. */
export function offer(root, { agreements, mail_leads: leads }, length) {
  const [mail, share] = ["mail", "share"].map(way => root.querySelector(`.m-ways [data-way=${way}]`))
  const [first, second] = [mail, share].map(button => button.closest("li"))
  const lead = first.querySelector("[data-mail-lead]")
  if (lead.textContent !== leads[length]) lead.textContent = leads[length]
  second.hidden = !shares(length === "pictures")
  if (!agreements.length) return // a record is kept, first of all
  const leading = length === "pictures" && !second.hidden
  if (leading === (second.nextElementSibling === first)) return
  if (leading) first.before(second)
  else first.after(second)
  mail.classList.toggle("m-button--quiet", leading)
  share.classList.toggle("m-button--quiet", !leading)
}
