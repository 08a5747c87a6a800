import { agentmem } from './agentmem.ts'
import { langchain } from './langchain.ts'
import { langgraph } from './langgraph.ts'
import { llamaindex } from './llamaindex.ts'
import { mastraLance } from './mastra-lance/mastra-lance.ts'
import { mastra } from './mastra.ts'
import { mem0 } from './mem0.ts'
import type { PeerUse } from './peer.ts'

export const peerUses: readonly PeerUse[] = [
  ...mem0,
  ...langgraph,
  ...langchain,
  ...llamaindex,
  ...mastra,
  ...mastraLance,
  ...agentmem,
]
