/* What the theme's scripts call by these names, before any of them runs: a memory in the browser, apart for each site. */

{
  const { src, dataset } = document.currentScript
  const key = (name, scope) => `${scope.pathname}.${name}`

  /* Sites below one address share a memory if they say so (extra.scope in mkdocs.yml). */
  globalThis.__md_scope = dataset.scope ? new URL(dataset.scope, location) : new URL("..", src)

  globalThis.__md_get = (name, memory = localStorage, scope = __md_scope) => JSON.parse(memory.getItem(key(name, scope)))

  globalThis.__md_set = (name, value, memory = localStorage, scope = __md_scope) => {
    try {
      memory.setItem(key(name, scope), JSON.stringify(value))
    } catch {
      // full or forbidden: it is forgotten
    }
  }

  /* A number for a text, to know it again. */
  globalThis.__md_hash = text => Array.from(text).reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0) | 0, 0)
}
