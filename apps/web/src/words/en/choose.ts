export const choose = {
  question: 'What shall we make of your photos?',
  chosen: 'What we make of your photos: {{kind}}',
  more_kinds: 'Something else',
  finer: 'Looks and finer settings',
  auto: {
    title: 'Let us choose',
    description:
      'We look for a face in each photo, here on your device, and take the setting for people or the one for places.',
  },
  why: {
    face: 'We saw a face in this photo, so we took the setting for people.',
    no_face: 'We saw no face in this photo, so we took the setting for places and things.',
    unknown: 'We could not look at this photo beforehand, so we took the setting for people.',
  },
  looks: {
    question: 'Which look?',
    natural: { title: 'Natural', description: 'The usual one, and the best choice for most photos.' },
    soft: {
      title: 'Calm',
      description: 'Learned from paintings and art photographs too; fewer odd patches of colour.',
    },
    first: {
      title: 'Classic',
      description: 'The first version of this method. Worth a try where the others disappoint.',
    },
    quick: { title: 'Quick', description: 'A small version of this method: faster, and less careful.' },
    numbered: 'Look {{number, number}}',
    note: 'Some photo services can colour in one way only; all looks then come out the same.',
  },
  more: 'More settings',
  usual: 'Back to the usual settings',
} as const;
