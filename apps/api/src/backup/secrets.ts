/** Files of `DATA_DIR` that the API makes once and keeps: without them links, cursors and webhook secrets change. */
export const SECRETS = ['operator.key', 'cursor.key', 'webhook.secret'] as const;
