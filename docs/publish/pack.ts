// Packs every published package into a folder, `tarballs` by default: `npm run pack`.
import { resolve } from 'node:path'
import { packAll } from './pack-all.ts'

const folder = resolve(process.argv[2] ?? 'tarballs')
const tarballs = await packAll(folder)
const needed = ['core', 'sql', 'sqlite'].map(name => tarballs.get(`@agentmem/${name}`))
console.log(`${tarballs.size} tarballs are in ${folder}. To try one in a project of yours, name it with what it needs:

  npm install ${needed.join(' ')}`)
