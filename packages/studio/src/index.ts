export { openStudio } from './open-studio.ts'
export type { Studio } from './open-studio.ts'
export type { StudioOptions } from './studio-options.ts'
