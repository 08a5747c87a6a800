import type { Reranker } from '@agentmem/core'

import { importWorkspacePackage } from './import-workspace-package.ts'

/** A package has one manifest, for its embedder; these functions stand beside it. */
export const rerankers: Readonly<Record<string, { readonly package: string; readonly open: string }>> = {
  http: { package: '@agentmem/openai', open: 'openHttpReranker' },
  'cross-encoder': { package: '@agentmem/fastembed', open: 'openCrossEncoder' },
}

/** Opens `NAME:MODEL`; without a model, the default one of the package. Address and key are those of its environment. */
export async function openReranker(name: string): Promise<Reranker> {
  const [scheme = '', ...model] = name.split(':')
  const reranker = rerankers[scheme]
  if (!reranker) throw new Error(`There is no reranker '${scheme}'.`)
  const open = await importWorkspacePackage<(options: object) => Promise<Reranker>>(
    reranker.package,
    reranker.open,
  )
  return open(model.length > 0 ? { model: model.join(':') } : {})
}
