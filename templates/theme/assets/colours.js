/* The colours chosen before, set before anything is painted. */

{
  const chosen = __md_get("__palette")?.color
  if (chosen) {
    let { media, ...names } = chosen
    if (media === "(prefers-color-scheme)") {
      // those of the system, as they are now
      const now = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark"
      const option = document.querySelector(`[data-md-color-media="(prefers-color-scheme: ${now})"]`)
      for (const name of option ? Object.keys(names) : []) names[name] = option.getAttribute(`data-md-color-${name}`)
      media = option?.dataset.mdColorMedia ?? media
    }
    for (const [name, value] of Object.entries({ media, ...names })) document.body.setAttribute(`data-md-color-${name}`, value)
  }
}
