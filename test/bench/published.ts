/** Proving times that others published, on their machines; none was measured here. */
export const publishedProofs: readonly { system: string; what: string; figure: string; source: string }[] = [
  ...(
    [
      ['linear regression', '0.12 s', '0.55 s', '10.03 s'],
      ['random forest', '6.16 s', '–', '173.4 s'],
      ['support vector machine', '0.32 s', '0.67 s', '37.45 s'],
    ] as const
  ).flatMap(([what, ezkl, orion, riscZero]) => [
    {
      system: 'EZKL / Orion / RISC Zero',
      what,
      figure: `${ezkl} / ${orion} / ${riscZero}`,
      source: 'EZKL’s own benchmark of zkML frameworks',
    },
  ]),
  ...(
    [
      ['MNIST', '2.45 s'],
      ['ResNet-18', '52.9 s'],
      ['MobileNet v2', '1,225 s'],
      ['GPT-2, distilled', '3,652 s'],
    ] as const
  ).map(([what, figure]) => ({ system: 'ZKML', what, figure, source: 'Chen, Waiwitlikhit, Stoica, Kang: ZKML, EuroSys ’24' })),
  { system: 'DeepProve', what: 'GPT-2', figure: '7.6 min', source: 'Lagrange, announcement of DeepProve-1' },
  { system: 'JOLT Atlas', what: 'GPT-2', figure: '14.9 s', source: 'ICME Labs, JOLT Atlas' },
]
