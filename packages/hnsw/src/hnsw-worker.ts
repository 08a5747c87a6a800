import { serveIndex } from '@agentmem/core/adapter'
import type { HnswSettings } from './hnsw-settings.ts'
import { IndexService } from './index-service.ts'

serveIndex('hnsw', (settings: HnswSettings) => IndexService.open(settings))
