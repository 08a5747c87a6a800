import type { ImportFormat } from '../../transfer-api.ts'
import { chatgpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { langgraph } from './langgraph.ts'
import { mcpMemory } from './mcp-memory.ts'
import { mem0 } from './mem0.ts'
import { openaiMessages } from './openai-messages.ts'

/** The formats of other programs, by name: see `ImportOptions.format`. */
export const importFormats: {
  readonly chatgpt: ImportFormat
  readonly claude: ImportFormat
  readonly mem0: ImportFormat
  readonly openai: ImportFormat
  readonly mcp: ImportFormat
  readonly langgraph: ImportFormat
} = { chatgpt, claude, mem0, openai: openaiMessages, mcp: mcpMemory, langgraph }
