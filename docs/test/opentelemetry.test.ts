import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freshFolder } from '@agentmem/conformance'
import { expect, test } from 'vitest'
import { node, succeeded } from './command.ts'
import { compile } from './compile.ts'
import { fences } from './fences.ts'
import { root } from './workspace.ts'

interface Told {
  readonly name: string
  readonly parent: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly failed: boolean
}

// What a program does with the recipe: it adds, searches, and asks for an id that is another user's.
const program = `
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { trace } from '@opentelemetry/api'
import { ExactIndex, HashEmbedder, MapStore, Memory } from '@agentmem/core'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }))
await import('./recipe.js')
const embedder = new HashEmbedder({ dimensions: 64 })
const memory = await Memory.open({ store: new MapStore(), index: new ExactIndex({ dimensions: 64 }), embedder })
await memory.addBatch(['green tea', 'black coffee'], { userId: 'ana' })
await memory.search('tea', { userId: 'ana', mode: 'vector' })
await memory.add({ id: 'm1', content: 'more tea' }, { userId: 'ana' })
await memory.add({ id: 'm1', content: 'more tea' }, { userId: 'ben' }).catch(() => undefined)
const spans = exporter.getFinishedSpans()
const nameOf = (id: string | undefined) => spans.find(span => span.spanContext().spanId === id)?.name
console.log(JSON.stringify(spans.map(span => ({
  name: span.name,
  parent: nameOf(span.parentSpanContext?.spanId),
  attributes: span.attributes,
  failed: span.status.code === 2,
}))))
`

test(
  'the recipe for OpenTelemetry has 20 lines at most, and makes spans within spans',
  { timeout: 60_000 },
  async () => {
    const recipe = fences('docs/guide.md').find(({ code }) => code.includes('@opentelemetry/api'))
    expect(recipe?.code.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
    await using folder = await freshFolder()
    await symlink(join(root, 'docs/node_modules'), join(folder.path, 'node_modules'))
    await writeFile(join(folder.path, 'package.json'), '{ "type": "module" }')
    await writeFile(join(folder.path, 'recipe.ts'), recipe?.code ?? '')
    await writeFile(join(folder.path, 'program.ts'), program)
    expect(await compile(folder.path)).toEqual([])
    const { stdout } = await succeeded(node(folder.path, join(folder.path, 'out/program.js')))
    const spans = JSON.parse(stdout) as Told[]

    const find = (name: string, call?: string) =>
      spans.find(
        span => span.name === `agentmem.${name}` && (call === undefined || span.attributes['call'] === call),
      )
    expect(find('add')).toMatchObject({
      attributes: { memories: 2, characters: 21, durationMs: expect.any(Number) },
      failed: false,
    })
    expect(find('store', 'put')).toMatchObject({
      parent: 'agentmem.add',
      attributes: { store: 'map', items: 2 },
    })
    expect(find('embed')).toMatchObject({ parent: 'agentmem.add', attributes: { texts: 2 } })
    expect(find('index', 'search')).toMatchObject({ parent: 'agentmem.search' })
    expect(
      spans.filter(({ failed }) => failed).map(({ name, attributes }) => [name, attributes['code']]),
    ).toContainEqual(['agentmem.add', expect.any(String)])
    expect(stdout).not.toMatch(/tea|ana/)
  },
)
