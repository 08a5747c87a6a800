import { CrossEncoderModel } from './cross-encoder-model.ts'
import type { CrossEncoderSettings } from '../options/cross-encoder-options.ts'
import type { ModelSettings } from '../options/fast-options.ts'
import { GroupedModel } from './grouped-model.ts'
import { loadCrossEncoder } from './load-cross-encoder.ts'
import { loadModel } from './load-model.ts'
import type { LocalModel } from './local-model.ts'

/** What a process is told of the model that it shall run. */
export type LocalModelSettings = ModelSettings | CrossEncoderSettings

/** Reports made while a model is loaded. */
export interface ModelReports {
  readonly onDownload: (bytes: number) => void
  readonly onWarning: (message: string) => void
}

/** Loads the model of an embedder or of a reranker, and downloads it first when it is not there. */
export async function loadLocalModel(
  settings: LocalModelSettings,
  { onDownload, onWarning }: ModelReports,
): Promise<LocalModel> {
  if (settings.kind === 'embedder') {
    return new GroupedModel(await loadModel(settings, onDownload), settings, onWarning)
  }
  return new CrossEncoderModel(await loadCrossEncoder(settings, onDownload), settings)
}
