export const home = {
  title: 'Bring colour to old photos',
  intro:
    'Add the photos from the shoebox. Each one waits its turn, gets its colours and comes back here for you to keep. No account needed.',
  peek: {
    caption: '{{shows}}. Coloured here, by the built-in preview engine; the colours are a guess.',
    before: 'Before: {{shows}}, in black and white',
    after: 'After: {{shows}}, in colour',
    before_label: 'Before',
    after_label: 'After',
    slide: 'Slide between before and after',
    shown: '{{percent}}% of the coloured picture shows',
  },
  samples: {
    dust_bowl: 'An abandoned farmhouse in the Dust Bowl, 1930s',
    alps: 'The French Alps',
    hopper: 'Grace Hopper',
  },
  sample: {
    heading: 'No old photo at hand? Try one of these',
    try: 'Try it with this photo: {{shows}}',
    trouble: 'This photo could not be fetched. Please try again in a moment.',
  },
  steps: {
    heading: 'How it goes',
    add: {
      title: 'Add',
      text: 'Choose photos, drop them here, or take a picture of a print with your phone.',
    },
    wait: {
      title: 'Wait without worry',
      text: 'You see the place of each photo in line. Close the page if you like: it goes on without you.',
    },
    keep: {
      title: 'Keep',
      text: 'Look at before and after, save one photo or all of them, and send your family a link.',
    },
  },
  care: {
    heading: 'What happens to your photos',
    original: 'The photo that you add is never changed; the coloured one is a new picture beside it.',
    kept: 'They are kept until the date on their album. Then, or as soon as you say so, they are erased for good.',
    seen: 'Only you see them, whoever gets a link from you, and whoever runs this photo service.',
    guess: 'The colours are a computer’s guess. The true ones of that day may have been different.',
  },
  shelf: {
    heading: 'Your albums',
    add: 'Add photos',
    begin: 'Begin another album',
    coming: 'Getting your albums…',
    more: 'Show more albums',
    away: 'Your albums cannot be read right now. They are safe, and show here as soon as the photo service answers.',
  },
  album: {
    untitled: 'Album without a name',
    empty: 'No photos yet',
    under_way: '{{done}} of {{total}} ready, {{left}} still on their way',
    all_ready_one: 'Your photo is ready',
    all_ready_other: 'All {{count}} photos are ready',
    some_ready: '{{done}} of {{total}} ready',
    dates: '{{made}} · kept until {{until}}',
    shared: { view: 'Shared with you', edit: 'Shared with you, you may add photos' },
    take_off: 'Take off this list',
    take_off_named: 'Take off this list: {{title}}',
    ended_title: 'An album that was shared with you',
    ended: 'Its link has ended, or it was erased. Ask whoever shared it for another link.',
  },
} as const;
