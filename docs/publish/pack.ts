// Packs every published package into a folder, `tarballs` by default: `npm run pack`.
import { relative, resolve } from 'node:path'
import { root } from '../test/workspace.ts'
import { packAll } from './pack-all.ts'

const folder = resolve(process.argv[2] ?? 'tarballs')
const tarballs = await packAll(folder)
console.log(`${tarballs.size} tarballs are in ${relative(root, folder) || folder}. To try one, name it with what it needs:

  npm install ${['core', 'sql', 'sqlite'].map(name => relative(root, tarballs.get(`@agentmem/${name}`) ?? '')).join(' ')}`)
