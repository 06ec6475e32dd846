/* What people agree to before they send a text: it names the licence that they chose, and a change of it asks anew. */

import { said } from "./form-text.js"

/* The agreements in the words of a file, or nothing as long as one is missing; a form that asks for none has them all. */
export function agreements(form, { agreements: asked, licenses, license: given }, chosen) {
  const license = licenses[chosen ?? given]
  const boxes = [...form.querySelectorAll("[data-accord]")]
  for (const [place, box] of boxes.entries()) {
    const told = said(asked[place].shown, { license })
    const label = box.nextElementSibling
    if (label.textContent === told) continue
    label.textContent = told
    box.checked = false
  }
  return boxes.every(box => box.checked) ? asked.map(one => said(one.text, { license })) : null
}
