/** A cross-encoder that is known by name. */
export type CrossEncoderName = keyof typeof knownRerankers

/**
 * Cross-encoders with one logit in ONNX, as repositories of https://huggingface.co: those that fastembed for Python offers
 * under a free licence (https://qdrant.github.io/fastembed/examples/Supported_Models/). Each has its weights in
 * onnx/model.onnx.
 */
export const knownRerankers = {
  'ms-marco-MiniLM-L-6-v2': { repository: 'Xenova/ms-marco-MiniLM-L-6-v2', tokenLimit: 512 },
  'ms-marco-MiniLM-L-12-v2': { repository: 'Xenova/ms-marco-MiniLM-L-12-v2', tokenLimit: 512 },
  'jina-reranker-v1-tiny-en': { repository: 'jinaai/jina-reranker-v1-tiny-en', tokenLimit: 8_192 },
  'jina-reranker-v1-turbo-en': { repository: 'jinaai/jina-reranker-v1-turbo-en', tokenLimit: 8_192 },
  'bge-reranker-base': { repository: 'BAAI/bge-reranker-base', tokenLimit: 512 },
} as const

/** The file of the weights in each of these repositories. */
export const repositoryFile = 'onnx/model.onnx'
