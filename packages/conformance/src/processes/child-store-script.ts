// The process that `childStore` starts: `node child-store-script.js OPENING`.
import type { Store } from '@agentmem/core/adapter'
import { openerOf } from './opening.ts'
import type { Opening } from './opening.ts'
import { workOnStore } from './work-on-store.ts'

const opening = JSON.parse(process.argv[2] ?? '') as Opening
const open = await openerOf(opening)
await workOnStore(async () => (await open()) as Store)
