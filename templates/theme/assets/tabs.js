/* The tabs of a guide, before anything is painted: those chosen on another page, and the one that the address names. */

{
  const { linked } = document.currentScript.dataset
  const names = linked === undefined ? null : __md_get("__tabs")
  for (const set of Array.isArray(names) ? document.querySelectorAll(".tabbed-set") : []) {
    const labels = [...set.querySelectorAll(".tabbed-labels > label")]
    const found = names.map(name => labels.find(label => label.innerText.trim() === name)).find(Boolean)
    if (found) document.getElementById(found.htmlFor).checked = true
  }
  const target = document.getElementById(location.hash.slice(1))
  if (target?.name?.startsWith("__tabbed_")) target.checked = true
}
