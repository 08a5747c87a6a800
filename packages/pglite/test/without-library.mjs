// Opens Stores where the libraries named by the arguments cannot be loaded, and prints what comes of it.
import { register } from 'node:module'

const hooks = `export function resolve(name, context, next) {
  if (${JSON.stringify(process.argv.slice(2))}.includes(name)) throw new Error('there is no ' + name)
  return next(name, context)
}`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
const { openPgliteStore } = await import('@agentmem/pglite')

const PGlite = {
  async create() {
    throw new Error('asked of lib')
  },
}
const outcomes = {}
for (const [name, options] of Object.entries({ path: {}, lib: { lib: { PGlite } } })) {
  try {
    const store = await openPgliteStore({ path: ':memory:', ...options })
    outcomes[name] = (await store.head()).position
    await store.close()
  } catch ({ code, message }) {
    outcomes[name] = { code, message }
  }
}
console.log(JSON.stringify(outcomes))
