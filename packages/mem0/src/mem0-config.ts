import type { Mem0Config, ProviderConfig, ProviderSettings } from './config-shapes.ts'
import { invalid } from './refuse.ts'

/** Endpoints of OpenAI's form, by the provider of mem0 that stands for them. */
const endpoints: Readonly<Record<string, string | undefined>> = {
  openai: undefined,
  openai_structured: undefined,
  ollama: 'http://localhost:11434/v1',
  lmstudio: 'http://localhost:1234/v1',
  vllm: 'http://localhost:8000/v1',
  groq: 'https://api.groq.com/openai/v1',
  together: 'https://api.together.xyz/v1',
  deepseek: 'https://api.deepseek.com/v1',
  mistral: 'https://api.mistral.ai/v1',
  xai: 'https://api.x.ai/v1',
}

type Settings = readonly (keyof ProviderSettings)[]
const endpointSettings: Settings = ['model', 'apiKey', 'baseURL', 'url']
const embedderSettings: Settings = [...endpointSettings, 'embeddingDims']
const modelSettings: Settings = [...endpointSettings, 'modelProperties', 'temperature', 'topP', 'maxTokens']
const placeSettings: Settings = ['collectionName', 'dimension']

/** The providers that have a part here, with the settings that it takes. */
const mapped: Readonly<Record<'embedder' | 'vectorStore' | 'llm', Readonly<Record<string, Settings>>>> = {
  embedder: {
    openai: embedderSettings,
    ollama: embedderSettings,
    lmstudio: embedderSettings,
    together: embedderSettings,
    fastembed: ['model'],
  },
  vectorStore: {
    memory: [...placeSettings, 'dbPath'],
    pgvector: [...placeSettings, 'connectionString', 'user', 'password', 'host', 'port', 'dbname'],
  },
  llm: Object.fromEntries(Object.keys(endpoints).map(name => [name, modelSettings])),
}
const inItsPlace = { embedder: 'an embedder', vectorStore: 'a store and an index', llm: 'an extractor' }
const elsewhere: Readonly<Record<string, string>> = {
  reranker: 'open the Memory yourself, with a reranker, and give it to Memory.fromMemory',
  historyStore: 'leave it out: the history is in the Store',
  historyDbPath: 'leave it out: the history is in the Store',
}

/** Refuses what has no part here, before anything is opened. */
export function checkMem0Config(config: Mem0Config): void {
  if (typeof config !== 'object' || config === null) {
    throw invalid('fromConfig() needs a config of mem0, an object.')
  }
  const known = ['version', 'embedder', 'vectorStore', 'llm', 'customInstructions', 'disableHistory']
  for (const name of Object.keys(config)) {
    if (known.includes(name)) continue
    throw invalid(`fromConfig() has no '${name}'; ${elsewhere[name] ?? `there are ${known.join(', ')}`}.`)
  }
  if (config.disableHistory)
    throw invalid('fromConfig() has no disableHistory: true; the history is always kept.')
  for (const part of ['embedder', 'vectorStore', 'llm'] as const) checkProvider(part, config[part])
  if (config.llm) modelOf(config.llm)
}

function checkProvider(part: keyof typeof mapped, given: ProviderConfig | undefined): void {
  if (given === undefined) return
  if (typeof given.provider !== 'string')
    throw invalid(`fromConfig(): ${part} needs a provider, by its name.`)
  const provider = providerOf(given)
  const settings = Object.hasOwn(mapped[part], provider) ? mapped[part][provider] : undefined
  if (settings === undefined) {
    const names = Object.keys(mapped[part]).join(', ')
    const advice = `For another, give new Memory() ${inItsPlace[part]} in its place`
    throw invalid(`fromConfig() has no ${part} '${provider}'; there are ${names}. ${advice}.`)
  }
  const other = Object.keys(given.config ?? {}).find(name => !(settings as readonly string[]).includes(name))
  if (other === undefined) return
  throw invalid(
    `fromConfig(): ${part} '${provider}' has no setting '${other}'; there are ${settings.join(', ')}.`,
  )
}

/** mem0 takes its names in any case. */
export function providerOf({ provider }: ProviderConfig): string {
  return provider.toLowerCase()
}

/** The name of a language model. */
export function modelOf(given: ProviderConfig): string {
  const provider = providerOf(given)
  const model = given.config?.model ?? (endpoints[provider] === undefined ? 'gpt-5-mini' : undefined)
  if (model === undefined)
    throw invalid(`fromConfig(): llm '${provider}' needs config.model, the name of a model.`)
  return model
}

/** Where the models of a provider are, and the key for them. */
export function endpointOf(given: ProviderConfig): { baseUrl?: string; apiKey?: string } {
  const provider = providerOf(given)
  const { baseURL, url, apiKey } = given.config ?? {}
  const address = baseURL ?? url ?? endpoints[provider]
  // mem0 is given the address of Ollama's own API.
  const baseUrl = provider === 'ollama' ? address?.replace(/\/*(v1\/*)?$/, '/v1') : address
  return { ...(baseUrl === undefined ? {} : { baseUrl }), ...(apiKey ? { apiKey } : {}) }
}
