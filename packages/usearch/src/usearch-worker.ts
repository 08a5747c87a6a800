import { serveIndex } from '@agentmem/core/adapter'
import { IndexService } from './index-service.ts'
import type { UsearchSettings } from './usearch-options.ts'

serveIndex('usearch', (settings: UsearchSettings) => IndexService.open(settings))
