// Imported before mem0ai, which reads this as it is loaded.

process.env['MEM0_TELEMETRY'] = 'false'
