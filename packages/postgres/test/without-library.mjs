// Opens Stores where `pg` cannot be loaded, and prints the code of each error.
import { register } from 'node:module'

const hooks = `export function resolve(name, context, next) {
  if (name === 'pg') throw new Error('there is no pg here\\nand more')
  return next(name, context)
}`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
const { openPostgresStore } = await import('@agentmem/postgres')

class Pool {
  on() {}
  off() {}
  async end() {}
  async connect() {
    throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  }
}

const url = 'postgres://127.0.0.1/none'
const errors = {}
for (const [name, options] of Object.entries({
  url: { url },
  lib: { url, lib: { Pool } },
  pool: { pool: new Pool() },
})) {
  await openPostgresStore(options).catch(({ code, message }) => (errors[name] = { code, message }))
}
console.log(JSON.stringify(errors))
