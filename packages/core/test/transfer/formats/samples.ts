// Small made-up files in the shape that each program writes.

function node(id: string, parent: string | null, message: object | null) {
  return { id, parent, children: [], message: message && { id: `m-${id}`, ...message } }
}

function said(role: string, parts: unknown[], more: object = {}) {
  return { author: { role }, content: { content_type: 'text', parts }, recipient: 'all', weight: 1, ...more }
}

export function chatgptExport() {
  const asked = said('user', ['Which tea is good in the evening?'], { create_time: 1_700_000_000.5 })
  const answered = said('assistant', ['Rooibos: it has no caffeine.'], {
    create_time: 1_700_000_001.25,
    metadata: { model_slug: 'gpt-4o' },
  })
  const picture = said('user', [
    { content_type: 'image_asset_pointer' },
    'Look at this cup.',
    'Is it large enough?',
  ])
  const nodes = [
    node('root', null, null),
    node('system', 'root', said('system', ['You are helpful.'])),
    node(
      'hidden',
      'system',
      said('user', ['hidden'], { metadata: { is_visually_hidden_from_conversation: true } }),
    ),
    node('q', 'hidden', asked),
    node('thrown', 'q', said('assistant', ['an answer that was thrown away'])),
    node('thought', 'q', {
      author: { role: 'assistant' },
      content: { content_type: 'thoughts', thoughts: [] },
    }),
    node('tool', 'thought', said('assistant', ['search("tea")'], { recipient: 'browser' })),
    node('a', 'tool', answered),
    node('empty', 'a', said('assistant', ['  '])),
    node('p', 'empty', {
      ...picture,
      create_time: 1_700_000_002,
      content: { content_type: 'multimodal_text', parts: picture.content.parts },
    }),
  ]
  const spoken = [
    node('r', null, null),
    node('s', 'r', {
      ...said('user', []),
      content: {
        content_type: 'multimodal_text',
        parts: [{ content_type: 'audio_transcription', text: 'Said aloud' }],
      },
    }),
    node('h', 's', said('assistant', ['Heard.'], { create_time: null })),
  ]
  const mappingOf = (list: readonly { id: string }[]) =>
    Object.fromEntries(list.map(entry => [entry.id, entry]))
  return [
    {
      id: 'c1',
      conversation_id: 'c1',
      title: 'Tea',
      create_time: 1_700_000_000,
      mapping: mappingOf(nodes),
      current_node: 'p',
    },
    { id: 'c2', title: '', create_time: 1_700_000_100, mapping: mappingOf(spoken), current_node: 'h' },
  ]
}

export function claudeExport() {
  const message = (uuid: string, sender: string, second: number, more: object) => ({
    uuid,
    sender,
    created_at: `2024-03-01T10:00:0${second}.000000Z`,
    text: '',
    content: [],
    attachments: [],
    files: [],
    ...more,
  })
  const chat_messages = [
    message('m1', 'human', 0, {
      text: 'I moved to Lisbon.',
      content: [{ type: 'text', text: 'I moved to Lisbon.' }],
    }),
    message('m2', 'assistant', 1, {
      text: 'How is the weather?\n\nAnd the food? This block is not supported.',
      content: [
        { type: 'thinking', thinking: 'They moved.' },
        { type: 'text', text: 'How is the weather?' },
        { type: 'tool_use', name: 'search', input: {} },
        { type: 'text', text: 'And the food?' },
      ],
    }),
    message('m3', 'human', 2, { text: 'Only the field text' }),
    message('m4', 'assistant', 3, { content: [{ type: 'tool_result', content: [] }] }),
  ]
  return [{ uuid: 'conv-1', name: 'Moving', created_at: '2024-03-01T10:00:00.000000Z', chat_messages }]
}

export function mem0Answer() {
  return {
    count: 2,
    next: null,
    results: [
      {
        id: 'mem-1',
        memory: 'Likes oolong',
        agent_id: 'barista',
        user_id: 'ana',
        run_id: null,
        hash: 'abc',
        metadata: { topic: 'tea' },
        categories: ['food'],
        created_at: '2024-07-20T01:30:36.275141-07:00',
        updated_at: '2024-07-20T01:30:36.275172-07:00',
        expiration_date: '2998-12-31',
      },
      {
        id: 'mem-2',
        memory: 'Lives in Porto',
        userId: 'ana',
        runId: 'trip',
        metadata: null,
        createdAt: '2024-07-21T00:00:00Z',
      },
    ],
  }
}

export function openaiConversations() {
  return [
    {
      id: 't1',
      messages: [
        { role: 'system', content: 'Be kind.' },
        {
          role: 'user',
          name: 'ana',
          content: [
            { type: 'text', text: 'What is on the picture?' },
            { type: 'image_url', image_url: { url: 'data:,' } },
            { type: 'text', text: 'Be short.' },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [{ id: 'x' }] },
        { role: 'tool', content: 'cup' },
        {
          type: 'message',
          role: 'assistant',
          id: 'msg-1',
          content: [{ type: 'output_text', text: 'A cup.' }],
        },
        { type: 'reasoning', summary: [] },
      ],
    },
    { role: 'user', content: 'Yes', created_at: 1_900_000_000 },
    { role: 'user', content: 'Yes', created_at: 1_900_000_000 },
  ]
}

export function mcpMemoryLines() {
  const lines = [
    {
      type: 'entity',
      name: 'Ana',
      entityType: 'person',
      observations: ['Drinks green tea', 'Lives in Porto'],
    },
    { type: 'entity', name: 'Chá & Co', entityType: 'shop', observations: ['Sells tea'] },
    { type: 'relation', from: 'Ana', to: 'Chá & Co', relationType: 'buys at' },
    { type: 'entity', name: 'Nobody', entityType: 'person', observations: [] },
  ]
  return `${lines.map(line => JSON.stringify(line)).join('\n')}\n`
}

export function langgraphDump() {
  return [
    {
      namespace: ['users', 'ana'],
      key: 'k1',
      value: { text: 'Prefers short answers', kind: 'style' },
      created_at: '2024-09-01T12:00:00.123456+00:00',
    },
    { namespace: ['users'], key: 'k2', value: { likes: ['tea'] }, createdAt: '2024-09-02 12:00:00+00:00' },
  ]
}
