#!/usr/bin/env python3
"""Trains the colour network of the preview colouring and writes apps/engine/src/colour/preview-weights.data.ts.

Needs Debian's python3-torch and python3-pil, and the pictures that `npm run bench:colour -- --fetch-training` puts into data/bench
(one package needs a deb-src line in apt's sources). Run from the repository root:
/usr/bin/python3 bench/colour/train/train.py [--steps N] [--hold-out]
One thread and fixed seeds: the same pictures and the same PyTorch give the same weights. About ten minutes on one core.
`--hold-out` keeps every ninth picture back and prints how far off guesses are on those.
The method is Zhang, Isola and Efros, "Colorful Image Colorization" (ECCV 2016): classification over bins of the ab plane,
soft encoded, rare colours weighted up. The network is a small U-Net (Ronneberger et al. 2015) that suits a few hundred pictures.
"""
import argparse, base64, json, math, os, random, struct, time
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image, ImageOps

BIN_STEP, BIN_LIMIT, BATCH = 12, 60, 16
# sides of the squares that pictures are cut and squeezed to; the engine looks at about 144 x 144
SIDES = [96, 96, 128]
OUT = 'apps/engine/src/colour/preview-weights.data.ts'


def picture_path(source, file):
    kind, name = source.split(':', 1)
    return os.path.join('data/bench', kind, name.replace('/', '+'), file)


def load(path):
    image = ImageOps.exif_transpose(Image.open(path))
    if image.mode in ('RGBA', 'LA', 'P', 'PA'):
        image = image.convert('RGBA')
        image = Image.alpha_composite(Image.new('RGBA', image.size, 'white'), image)
    image = image.convert('RGB')
    image.thumbnail((288, 288), Image.BOX if max(image.size) > 1200 else Image.BICUBIC)
    return torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1).float() / 255


MATRIX = torch.tensor([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
WHITE = torch.tensor([0.950456, 1.0, 1.088754])


def to_lab(rgb):
    linear = torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = torch.einsum('ij,bjhw->bihw', MATRIX, linear) / WHITE.view(1, 3, 1, 1)
    f = torch.where(xyz > 0.008856, xyz.clamp(min=1e-8) ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def restrain(ab):
    """Presses very strong colours (studio walls, neon) together; old photographs never had them."""
    chroma = ab.pow(2).sum(1, keepdim=True)
    return ab / (1 + chroma / 70 ** 2).sqrt()


def conv(i, o, stride=1):
    return nn.Sequential(nn.Conv2d(i, o, 3, stride, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True))


class ColourNet(nn.Module):
    """Luminance, height and distance from the middle in; scores for each colour bin at a quarter of the size out."""

    def __init__(self, bins, widths=(16, 24, 40, 64, 80), drop=0.25):
        super().__init__()
        w0, w1, w2, w3, w4 = widths
        self.e0, self.e1, self.e2, self.e3 = conv(3, w0, 2), conv(w0, w1, 2), conv(w1, w2, 2), conv(w2, w3, 2)
        self.e4 = conv(w3, w4, 2)
        self.scene = nn.Linear(w4, w4)
        self.m = conv(w4, w4)
        self.d3, self.d2, self.d1 = conv(w4 + w3, w3), conv(w3 + w2, w2), conv(w2 + w1, w2)
        self.head = nn.Conv2d(w2, bins, 1)
        self.drop = nn.Dropout2d(drop)

    def forward(self, x):
        a = self.e1(self.e0(x))
        b = self.drop(self.e2(a))
        c = self.drop(self.e3(b))
        d = self.e4(c)
        scene = F.relu(self.scene(d.mean((2, 3))))
        d = self.drop(self.m(d) + scene[:, :, None, None])
        up = lambda t, like: F.interpolate(t, size=like.shape[2:], mode='nearest')
        d = self.d3(torch.cat([up(d, c), c], 1))
        d = self.d2(torch.cat([up(d, b), b], 1))
        d = self.d1(torch.cat([up(self.drop(d), a), a], 1))
        return self.head(self.drop(d))


def position(x):
    n, _, h, w = x.shape
    ys = torch.linspace(-1, 1, h).view(1, 1, h, 1).expand(n, 1, h, w)
    xs = torch.linspace(-1, 1, w).abs().view(1, 1, 1, w).expand(n, 1, h, w)
    return torch.cat([x, ys, xs], 1)


def stretch(light):
    """Puts the darkest and brightest hundredth at fixed places, as the engine does, so that faded prints look like fresh ones."""
    flat = light.flatten(1)
    k = flat.shape[1]
    ordered = flat.sort(1).values
    low, high = ordered[:, int(0.01 * (k - 1))], ordered[:, int(0.99 * (k - 1))]
    low = torch.minimum(low, torch.tensor(40.0)).view(-1, 1, 1, 1)
    high = torch.maximum(high, torch.tensor(60.0)).view(-1, 1, 1, 1)
    return ((light - low) / (high - low)).clamp(-0.05, 1.05) * 2 - 1


def batch_of(pictures, rng, train=True):
    crops, side = [], rng.choice(SIDES)
    for _ in range(BATCH):
        p = pictures[rng.randrange(len(pictures))]
        _, h, w = p.shape
        scale = math.exp(rng.uniform(math.log(0.3), 0)) if rng.random() < 0.8 else 1.0
        ch, cw = max(48, int(h * min(1, scale * rng.uniform(0.75, 1.3)))), max(48, int(w * min(1, scale * rng.uniform(0.75, 1.3))))
        ch, cw = min(ch, h), min(cw, w)
        # crops keep to the height they come from: the network may learn that skies are above
        y, x = rng.randint(0, h - ch), rng.randint(0, w - cw)
        c = p[:, y:y + ch, x:x + cw][None]
        c = F.interpolate(c, size=(side, side), mode='bilinear', antialias=True, align_corners=False).clamp(0, 1)
        if rng.random() < 0.5:
            c = c.flip(3)
        crops.append(c)
    lab = to_lab(torch.cat(crops))
    light = lab[:, :1]
    ab = restrain(F.avg_pool2d(lab[:, 1:], 4))
    for i in range(BATCH):
        v = (light[i] / 100).clamp(0, 1) ** math.exp(rng.uniform(-0.35, 0.35))
        contrast = rng.uniform(0.6, 1.1)
        v = (v - 0.5) * contrast + 0.5 + rng.uniform(-0.08, 0.08)
        if rng.random() < 0.4:
            v = F.avg_pool2d(F.pad(v[None], (1, 1, 1, 1), mode='replicate'), 3, 1)[0]
        if rng.random() < 0.5:
            v = v + torch.randn(v.shape) * rng.uniform(0, 0.04)
        light[i] = v * 100
    return position(stretch(light)), ab


def held_out(net, centres, batches):
    """Mean distance in the ab plane of guess and truth, the same for grey, and the mean chroma of guess and truth."""
    error = grey = guessed = true = 0
    for x, ab in batches:
        share = torch.softmax(net(x) / 0.38, 1)
        guess = torch.einsum('nkhw,kc->nchw', share, centres)
        error += (guess - ab).norm(dim=1).mean().item() / len(batches)
        grey += ab.norm(dim=1).mean().item() / len(batches)
        guessed += guess.norm(dim=1).mean().item() / len(batches)
    return 'held out: off by %.3f, grey %.3f, chroma %.2f' % (error, grey, guessed)


def main():
    args = argparse.ArgumentParser()
    args.add_argument('--steps', type=int, default=5000)
    args.add_argument('--hold-out', action='store_true')
    args.add_argument('--out', default=OUT)
    args.add_argument('--threads', type=int, default=1)
    args.add_argument('--widths', default='16,24,40,64,80')
    args.add_argument('--drop', type=float, default=0.2)
    args.add_argument('--decay', type=float, default=5e-2)
    o = args.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(7)
    rng = random.Random(7)
    listed = json.load(open('bench/colour/pictures.json'))['train']
    files = [picture_path(s, f) for s in listed for f in listed[s]]
    missing = [f for f in files if not os.path.exists(f)]
    if missing:
        raise SystemExit('%d of %d pictures are missing (fetch them first), for example %s' % (len(missing), len(files), missing[0]))
    pictures = [load(f) for f in files]
    held = pictures[4::9] if o.hold_out else []
    if o.hold_out:
        pictures = [p for i, p in enumerate(pictures) if i % 9 != 4]
    # bins: the squares of the ab plane that the pictures really use
    counts = {}
    for p in pictures:
        ab = restrain(F.adaptive_avg_pool2d(to_lab(p[None])[:, 1:], (48, 48)))[0].flatten(1).T.numpy()
        for a, b in np.round(ab / BIN_STEP).astype(int):
            counts[(a, b)] = counts.get((a, b), 0) + 1
    total = sum(counts.values())
    bins = sorted(k for k, n in counts.items() if n / total > 2e-4 and max(abs(k[0]), abs(k[1])) * BIN_STEP <= BIN_LIMIT)
    centres = torch.tensor(bins, dtype=torch.float32) * BIN_STEP
    share = torch.tensor([counts[k] / total for k in bins])
    weight = 1 / (0.5 * share / share.sum() + 0.5 / len(bins))
    weight = weight / (weight * share / share.sum()).sum()
    print(len(pictures), 'pictures', len(bins), 'bins', 'weights', weight.min().item(), weight.max().item(), flush=True)
    net = ColourNet(len(bins), [int(w) for w in o.widths.split(',')], o.drop)
    print(sum(p.numel() for p in net.parameters()), 'parameters', flush=True)
    ema = {k: v.clone() for k, v in net.state_dict().items()}
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=o.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2.5e-3, total_steps=o.steps, pct_start=0.1)

    def loss_of(x, ab):
        n, _, h, w = ab.shape
        flat = ab.permute(0, 2, 3, 1).reshape(-1, 2)
        d = torch.cdist(flat, centres)
        near, index = d.topk(5, largest=False)
        soft = torch.softmax(-near ** 2 / (2 * (BIN_STEP / 2) ** 2), 1)
        target_weight = (weight[index] * soft).sum(1)
        logp = F.log_softmax(net(x).permute(0, 2, 3, 1).reshape(-1, len(bins)), 1)
        return -((logp.gather(1, index) * soft).sum(1) * target_weight).mean()

    began, mean = time.time(), 0
    for step in range(1, o.steps + 1):
        x, ab = batch_of(pictures, rng)
        loss = loss_of(x, ab)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        mean += loss.item()
        decay = min(0.998, step / (step + 20))
        for k, v in net.state_dict().items():
            if v.dtype.is_floating_point:
                ema[k].mul_(decay).add_(v, alpha=1 - decay)
            else:
                ema[k].copy_(v)
        if step % 200 == 0:
            note = ''
            if held:
                keep = {k: v.clone() for k, v in net.state_dict().items()}
                net.load_state_dict(ema)
                net.eval()
                with torch.no_grad():
                    r = random.Random(3)
                    note = held_out(net, centres, [batch_of(held, r) for _ in range(12)])
                net.load_state_dict(keep)
                net.train()
            print(step, '%.4f' % (mean / 200), note, '%.0fs' % (time.time() - began), flush=True)
            mean = 0
        if step % 500 == 0 or step == o.steps:
            write(net, ema, centres, o.out)


def write(net, ema, centres, out):
    """Folds the batch norms into the convolutions and stores 8-bit weights with one scale per output channel."""
    layers, blob = [], b''

    def put(name, w, b, kind, stride):
        nonlocal blob
        o = w.shape[0]
        flat = w.reshape(o, -1)
        scale = flat.abs().max(1).values.clamp(min=1e-8) / 127
        q = torch.round(flat / scale[:, None]).clamp(-127, 127).to(torch.int8).numpy().tobytes()
        layers.append({'name': name, 'kind': kind, 'in': int(w.shape[1]), 'out': int(o), 'kernel': int(w.shape[2]) if w.dim() == 4 else 1, 'stride': stride})
        blob += scale.numpy().astype('<f4').tobytes() + b.numpy().astype('<f4').tobytes() + q

    for name in ['e0', 'e1', 'e2', 'e3', 'e4', 'm', 'd3', 'd2', 'd1']:
        w, g, beta = ema[name + '.0.weight'], ema[name + '.1.weight'], ema[name + '.1.bias']
        mu, var = ema[name + '.1.running_mean'], ema[name + '.1.running_var']
        k = g / (var + 1e-5).sqrt()
        put(name, w * k.view(-1, 1, 1, 1), beta - mu * k, 'relu', 2 if name.startswith('e') else 1)
    put('scene', ema['scene.weight'], ema['scene.bias'], 'relu', 1)
    put('head', ema['head.weight'], ema['head.bias'], 'linear', 1)
    header = json.dumps({'layers': layers, 'bins': [[int(a), int(b)] for a, b in centres.tolist()]}, separators=(',', ':')).encode()
    header += b' ' * (-len(header) % 4)
    data = base64.b64encode(struct.pack('<I', len(header)) + header + blob).decode()
    with open(out, 'w') as f:
        f.write('/** Written by bench/colour/train/train.py: do not edit. Base64 of a JSON header and 8-bit weights; see colour-weights.ts. */\n')
        f.write("export const PREVIEW_WEIGHTS =\n  '" + data + "';\n")
    print('wrote', out, len(data), flush=True)


if __name__ == '__main__':
    main()
