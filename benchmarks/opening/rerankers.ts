import type { Reranker } from '@agentmem/core'

import { importWorkspacePackage } from './import-workspace-package.ts'

interface RerankerRow {
  readonly package: string
  readonly open: string
  /** What is not in the name, such as the address of a service. */
  readonly options?: () => object
}

/** A package has one manifest, for its embedder; these functions stand beside it. */
export const rerankers: Readonly<Record<string, RerankerRow>> = {
  http: {
    package: '@agentmem/openai',
    open: 'openHttpReranker',
    options: () => {
      const { AGENTMEM_RERANKER_URL: baseUrl, AGENTMEM_RERANKER_KEY: apiKey } = process.env
      if (baseUrl === undefined) {
        throw new Error('AGENTMEM_RERANKER_URL must name the service, such as https://api.cohere.com/v2.')
      }
      return { baseUrl, ...(apiKey !== undefined && { apiKey }) }
    },
  },
  'cross-encoder': { package: '@agentmem/fastembed', open: 'openCrossEncoder' },
}

/** Opens `NAME:MODEL`; without a model, the default one of the package. */
export async function openReranker(name: string): Promise<Reranker> {
  const [scheme = '', ...model] = name.split(':')
  const row = rerankers[scheme]
  if (!row) throw new Error(`There is no reranker '${scheme}'.`)
  const options = row.options?.()
  const open = await importWorkspacePackage<(options: object) => Promise<Reranker>>(row.package, row.open)
  return open({ ...options, ...(model.length > 0 && { model: model.join(':') }) })
}
