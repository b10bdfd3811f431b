#!/usr/bin/env python3
"""Writes apps/engine/src/colour/face-cascade.data.ts from OpenCV's haarcascade_frontalface_alt2.xml (Debian package opencv-data).

Run from the repository root: python3 bench/colour/train/convert-cascade.py PATH_TO_XML
"""
import base64, struct, sys
import xml.etree.ElementTree as ET

OUT = 'apps/engine/src/colour/face-cascade.data.ts'
path = sys.argv[1]
licence = open(path).read().split('<!--')[1].split('-->')[0]
cascade = ET.parse(path).getroot().find('cascade')
features = [[list(map(float, r.text.split())) for r in f.find('rects')] for f in cascade.find('features')]
blob = b''
stages = list(cascade.find('stages'))
blob += struct.pack('<HH', len(stages), int(cascade.find('width').text))
for stage in stages:
    trees = list(stage.find('weakClassifiers'))
    blob += struct.pack('<Hf', len(trees), float(stage.find('stageThreshold').text))
    for tree in trees:
        nodes = tree.find('internalNodes').text.split()
        leaves = list(map(float, tree.find('leafValues').text.split()))
        count = len(nodes) // 4
        blob += struct.pack('<BB', count, len(leaves))
        for i in range(count):
            left, right, feature, threshold = nodes[4 * i:4 * i + 4]
            rects = features[int(feature)]
            blob += struct.pack('<bbfB', int(left), int(right), float(threshold), len(rects))
            for x, y, w, h, weight in rects:
                blob += struct.pack('<BBBBf', int(x), int(y), int(w), int(h), weight)
        blob += struct.pack('<%df' % len(leaves), *leaves)
with open(OUT, 'w') as f:
    lines = [line.strip().strip('/').rstrip() for line in licence.strip().splitlines()]
    f.write('/*\n * Written by bench/colour/train/convert-cascade.py: do not edit. OpenCV, haarcascade_frontalface_alt2.xml:\n *\n')
    f.writelines((' * ' + line).rstrip() + '\n' for line in lines)
    f.write(" */\nexport const FACE_CASCADE =\n  '" + base64.b64encode(blob).decode() + "';\n")
print(len(blob), 'bytes')
