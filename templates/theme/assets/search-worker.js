/* Asks Pagefind for the dialog, apart from the page: a common word of a large library takes a while, and a page that is
   typed in must not wait. Pagefind's own worker does the same, but its code is fetched twice. */

const BUNDLE = new URL("../pagefind/", import.meta.url) // beside the folder of this file, wherever the site is

let pagefind, kinds
let groups = new Map() // what was found last: results by kind

const answers = {
  /* Fetch what every search needs; `words` is how long excerpts are. */
  async start({ language, words }) {
    // Pagefind looks for the language in the page that it is used in.
    self.document = { querySelector: () => ({ getAttribute: () => language }) }
    const load = name => import(new URL(name, BUNDLE))
    const read = name => fetch(new URL(name, BUNDLE), { cache: "no-cache" }).then(answer => answer.json())
    const [{ createInstance }, told] = await Promise.all([load("pagefind.js"), read("kinds.json")])
    const options = { noWorker: true, excerptLength: words, ranking: { diacriticSimilarity: 0 } }
    pagefind = createInstance(options)
    kinds = told
    await pagefind.init()
  },

  /* Each kind of which something was found, the best first: how many, and the first of them. */
  async search({ query, count }) {
    const { results } = await pagefind.search(query)
    groups = new Map()
    for (const one of results) {
      const kind = kinds[one.id] ?? "story"
      if (!groups.has(kind)) groups.set(kind, [])
      groups.get(kind).push(one)
    }
    const told = [...groups].map(async ([kind, all]) => ({ kind, count: all.length, first: await read(all, 0, count) }))
    return Promise.all(told)
  },

  /* The next ones of a kind. */
  more: ({ kind, from, count }) => read(groups.get(kind) ?? [], from, count),
}

const read = (all, from, count) => Promise.all(all.slice(from, from + count).map(one => one.data()))

addEventListener("message", async ({ data: { id, what, about } }) => {
  try {
    postMessage({ id, told: await answers[what](about) })
  } catch (error) {
    postMessage({ id, failed: String(error) })
  }
})
