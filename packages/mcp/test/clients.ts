import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { join } from 'node:path'

/** The command, as it was built. */
export const program: string = join(import.meta.dirname, '../dist/main.js')

/** What a tool answered. */
export interface ToolAnswer {
  readonly isError?: boolean
  readonly structuredContent?: Record<string, unknown>
  readonly content: readonly { readonly type: string; readonly text: string }[]
}

/** What the clients of both SDKs can do alike. */
export interface TestClient {
  listTools(): Promise<{
    tools: { name: string; inputSchema: object; annotations?: Record<string, unknown> }[]
  }>
  callTool(call: { name: string; arguments?: object }): Promise<unknown>
  listResources(): Promise<{ resources: { uri: string; name: string }[] }>
  readResource(request: { uri: string }): Promise<{ contents: { text?: string }[] }>
  getPrompt(request: { name: string; arguments: object }): Promise<{ messages: unknown[] }>
  getInstructions(): string | undefined
  close(): Promise<void>
}

const about = { name: 'test', version: '1.0.0' }

/** Opens a client of SDK 1 or 2 on a process that it starts. HOME is the folder of the memories. */
export async function stdioClient(
  version: 1 | 2,
  home: string,
  args: readonly string[] = [],
): Promise<TestClient> {
  return commandClient(version, [program, ...args], { HOME: home })
}

/** The same on any program of Node. */
export async function commandClient(
  version: 1 | 2,
  args: readonly string[],
  env: Record<string, string>,
): Promise<TestClient & { pid: () => number | null }> {
  const start = {
    command: process.execPath,
    args: [...args],
    env: { PATH: String(process.env['PATH']), ...env },
  }
  const transport = version === 1 ? new StdioV1(start) : new StdioV2(start)
  const client = version === 1 ? new ClientV1(about) : new ClientV2(about)
  await client.connect(transport)
  return Object.assign(client as unknown as TestClient, { pid: () => transport.pid })
}

/** Opens a client of SDK 1 or 2 at an address. */
export async function httpClient(
  version: 1 | 2,
  url: string,
  headers: Record<string, string> = {},
): Promise<TestClient> {
  const options = { requestInit: { headers } }
  const transport = version === 1 ? new HttpV1(new URL(url), options) : new HttpV2(new URL(url), options)
  const client = version === 1 ? new ClientV1(about) : new ClientV2(about)
  await client.connect(transport)
  return client as unknown as TestClient
}

/** Calls a tool that must succeed; returns its structured content. */
export async function answerOf(
  client: TestClient,
  name: string,
  args: object = {},
): Promise<Record<string, unknown>> {
  const answer = await call(client, name, args)
  if (answer.isError === true) throw new Error(answer.content[0]?.text)
  return answer.structuredContent ?? {}
}

export async function call(client: TestClient, name: string, args: object = {}): Promise<ToolAnswer> {
  return (await client.callTool({ name, arguments: args })) as ToolAnswer
}
