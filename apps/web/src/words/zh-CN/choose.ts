export const choose = {
  question: '想怎么处理这些照片？',
  chosen: '照片的处理方式：{{kind}}',
  more_kinds: '其他处理方式',
  finer: '色彩风格和细节',
  auto: {
    title: '帮我选',
    description: '每张照片先在您自己的设备上看看有没有人脸，再按人物或景物来处理。',
  },
  why: {
    face: '这张照片里看到了人脸，所以按人物来处理。',
    no_face: '这张照片里没有看到人脸，所以按建筑和景物来处理。',
    unknown: '这张照片没能提前看清，所以先按人物来处理。',
  },
  looks: {
    question: '想要哪种色彩风格？',
    natural: { title: '自然', description: '平时用的就是它，适合大多数照片。' },
    soft: { title: '沉稳', description: '还学习过绘画和艺术摄影，较少出现奇怪的色块。' },
    first: { title: '经典', description: '这种方法最早的版本，其他风格不满意时可以试试。' },
    quick: { title: '快速', description: '这种方法的小型版本，速度更快，但没那么细致。' },
    numbered: '风格 {{number, number}}',
    note: '有的照片服务只会一种上色方法，那样各种风格的效果都一样。',
  },
  more: '更多设置',
  usual: '恢复平时的设置',
} as const;
