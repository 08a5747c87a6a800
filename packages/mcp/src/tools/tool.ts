import type { Memory } from '@agentmem/core'
import { MemoryError } from '@agentmem/core'
import type { CallToolResult, McpServer, ToolAnnotations } from '@modelcontextprotocol/server'
import type { z } from 'zod'

/** What a tool answers: the same for a program, by its `outputSchema`, and as text for a model. */
export interface Answer {
  readonly structured: Record<string, unknown>
  readonly text: string
}

/** A tool on a Memory that is bound to its scope. */
export interface Tool<Input extends z.ZodType = z.ZodType> {
  readonly name: string
  readonly description: string
  readonly input: Input
  readonly output: z.ZodType
  readonly annotations: ToolAnnotations
  readonly call: (memory: Memory, input: z.output<Input>, signal: AbortSignal) => Promise<Answer>
}

/** Lets the compiler infer the input of a tool from its schema. */
export function tool<Input extends z.ZodType>(given: Tool<Input>): Tool {
  return given
}

/** Everything happens in one store, so that no tool reaches into an open world. */
export const reads: ToolAnnotations = { readOnlyHint: true, openWorldHint: false }

export function addTools(server: McpServer, own: () => Promise<Memory>, tools: readonly Tool[]): void {
  for (const { name, description, input, output, annotations, call } of tools) {
    const config = { description, inputSchema: input, outputSchema: output, annotations }
    server.registerTool(name, config, async (given, { mcpReq: { signal } }) =>
      answerOf(async () => call(await own(), given, signal)),
    )
  }
}

/** A MemoryError is for the model, which can mend its call; anything else is a fault of this program. */
async function answerOf(work: () => Promise<Answer>): Promise<CallToolResult> {
  try {
    const { structured, text } = await work()
    return { structuredContent: structured, content: [{ type: 'text', text }] }
  } catch (error) {
    if (!MemoryError.is(error)) throw error
    return { isError: true, content: [{ type: 'text', text: `${error.code}: ${error.message}` }] }
  }
}
