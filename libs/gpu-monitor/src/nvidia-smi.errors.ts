/** `nvidia-smi` is there and cannot be used: it fails, hangs, or says what it never says. The message says which. */
export class NvidiaSmiError extends Error {
  override readonly name = 'NvidiaSmiError';
}
