/** 照片为什么不动、为什么失败、管理员做过什么。 */
export const cause = {
  title_other: '出了什么情况（{{count, number}} 项）',
  runbook: '查看运维手册',
  see: {
    failed: '查看失败的照片',
    deliveries: '查看通知',
    workflows: '查看工作流',
    photos: '查看等待的照片',
  },
  unknown: {
    what: '照片服务报告了“{{code}}”。',
    todo: '这个页面还不认识它。请重新打开页面，也可以查一下运维手册。',
  },
  broker_unreachable: {
    what: '连不上 RabbitMQ。',
    todo: '请确认 RabbitMQ 正在运行，并且 AMQP_URL 里的地址正确。照片仍会接收，并安全地等待。',
  },
  broker_refused: {
    what: 'RabbitMQ 有回应，但拒绝登录。',
    todo: '请检查 AMQP_URL 里的密码、虚拟主机和证书。',
  },
  broker_blocked: {
    what: 'RabbitMQ 内存或磁盘不足，不再接收消息。',
    todo: '请腾出磁盘空间或增加内存。空间够了会自动继续。',
  },
  queue_unusable: {
    what: 'RabbitMQ 中有一个队列不存在，或与所需的不符，照片无法交给工作进程。',
    todo: '下面的说明写明了是哪个队列。照片都已保存，队列修正后会自动继续。',
  },
  storage_full: {
    what: '存放照片的磁盘已满，无法再添加照片。',
    todo: '请腾出空间、删除不再需要的相册，或把 DATA_DIR 移到别处。已接收的照片不会丢失。',
  },
  storage_failing: {
    what: '无法存放照片：磁盘或存储桶不能使用。',
    todo: '请检查存放 DATA_DIR 的磁盘或存储桶：是否还在、能否写入、密钥和证书是否有效。',
  },
  database_slow: {
    what: '数据库响应太慢。',
    todo: '请查看机器和磁盘的负载，以及数据库本身。',
  },
  intake_paused: {
    what: '已暂停接收照片。',
    todo: '现在谁都不能添加照片，已有的照片照常处理。准备好后请恢复接收。',
  },
  no_worker: {
    what: '“{{title}}”有照片在等，却没有工作进程处理。',
    todo: '请启动一个工作进程。如果已有进程在运行，它的 /readyz 和日志会说明 RabbitMQ 是否拒绝了它（密码、证书）；它的 TASK_TYPES 也要包含这一类。',
  },
  type_paused: {
    what: '“{{title}}”已暂停。',
    todo: '这类照片会等待，期间不会过期。准备好后请恢复。',
  },
  engine_unreachable: {
    what: '引擎 {{subject}} 没有回应。',
    todo: '它在运行吗？监听的是这个地址吗？中间有没有防火墙？每隔几秒会自动再试。',
  },
  engine_queue_stuck: {
    what: '引擎 {{subject}} 收下照片却不处理：它的队列卡住了。',
    todo: '请在那里重启 ComfyUI，别的办法都没有用。照片会自动重试。',
  },
  engine_circuit_open: {
    what: '引擎 {{subject}} 连续失败，暂时不再分给它照片。',
    todo: '原因在工作进程的日志里：节点、模型、驱动或磁盘。之后每次用一张照片试探。',
  },
  gpu_memory: {
    what: '工作进程 {{subject}} 在等待显存。',
    todo: '显存被别的程序占用，用 nvidia-smi 可以查到。请结束该程序，或换一块 GPU。',
  },
  engine_stuck: {
    what: '工作进程 {{subject}} 处理同一张照片的时间太长了。',
    todo: '请查看它的引擎的队列。如果引擎卡死了就重启引擎，照片会自动重试。',
  },
  worker_paused: {
    what: '工作进程 {{subject}} 已暂停。',
    todo: '它会做完手上的照片，不再领取新的。准备好后请恢复。',
  },
  storage_low: {
    what: '存放照片的磁盘快满了。',
    todo: '请在无法添加照片之前腾出空间、删除不再需要的相册，或把 DATA_DIR 移到别处。',
  },
  photos_failing: {
    what: '多张照片因同一原因失败：{{reason}}。',
    todo: '{{remedy}}它们在“失败”里：解决原因后在那里重试。',
  },
  waiting_too_long: {
    what: '“{{title}}”的照片等得太久了。',
    todo: '请再启动一个带独立引擎的工作进程，或等高峰过去。',
  },
  deliveries_failing: {
    what: '照片的处理结果送不到 {{subject}}。',
    todo: '请联系接收方的负责人，“通知”里有对方的回应。每条通知会重试一天，之后也可以手动重发。',
  },
  workflow_problem: {
    what: '工作流文件 {{subject}} 无法使用。',
    todo: '具体问题见“工作流”。文件修改后会自动重新读取。',
  },
} as const;

/** 按失败代码。 */
export const reason = {
  bad_image: {
    what: '图片无法读取',
    todo: '文件本身已损坏，重试通常没有用，需要主人重新发送一份。',
  },
  workflow_invalid: {
    what: '引擎不接受这个工作流',
    todo: '引擎缺少节点或模型，或者某个取值不同。修好后再重试。',
  },
  engine_unreachable: {
    what: '没有引擎回应',
    todo: '与照片无关，引擎恢复后重试即可。',
  },
  upstream_garbage: {
    what: '回应的不是引擎',
    todo: '引擎的地址上是代理或别的程序。请改正 COMFYUI_URL，然后重试。',
  },
  bad_output: {
    what: '引擎没有给出可用的图片',
    todo: '请检查模型和它的文件，然后重试。',
  },
  engine_lost_prompt: {
    what: '引擎忘记了这张照片',
    todo: '引擎重启过，或队列被清空。重试就好。',
  },
  out_of_memory: {
    what: '显存不足',
    todo: '请腾出显存，或改用较小的尺寸，然后重试。',
  },
  timed_out: {
    what: '超过了允许的时间',
    todo: '引擎是否太慢或卡住了？否则请调大 RUN_TIMEOUT，然后重试。',
  },
  worker_crashed: {
    what: '工作进程中途崩溃',
    todo: '原因见它的日志，多半是内存不足。请先用一张照片试试。',
  },
  storage_unavailable: {
    what: '照片或结果无法读写',
    todo: '请检查存放照片的磁盘或存储，然后重试。',
  },
  photo_missing: {
    what: '原图不见了',
    todo: '重试没有用，需要主人重新添加。',
  },
  malformed_message: {
    what: '消息无法识别',
    todo: '请确认所有程序都是同一版本，然后重试。',
  },
  unknown: {
    what: '意外的错误',
    todo: '工作进程的日志里有更多信息。',
  },
} as const;

/** 按管理员的操作。 */
export const audit = {
  intake_paused: '暂停接收照片',
  intake_resumed: '恢复接收照片',
  type_paused: '暂停一类照片',
  type_resumed: '恢复一类照片',
  worker_paused: '暂停工作进程',
  worker_resumed: '恢复工作进程',
  album_priority_set: '调整相册的优先级',
  album_changed: '修改相册',
  album_photos_added: '向相册添加照片',
  album_erased: '删除相册',
  album_link_made: '创建相册链接',
  album_link_revoked: '停用相册链接',
  task_cancelled: '停止一张照片',
  task_retried: '重试一张照片',
  task_erased: '删除一张照片',
  tasks_cancelled: '停止相册里的照片',
  tasks_retried: '重试相册里的照片',
  key_made: '创建 API 密钥',
  key_revoked: '吊销 API 密钥',
  group_set: '设置密钥分组',
  delivery_redelivered: '重新发送通知',
  operation_started: '开始批量操作',
  operation_stopped: '停止批量操作',
  operation_finished: '批量操作已完成',
  task_imported: '从另一套系统导入一张照片',
} as const;
