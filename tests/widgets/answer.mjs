// What the explorers' JavaScript says about one case of convolution_cases.json. Node imports this; the browser test
// puts the same text into a page.
export function answer(one, { slide, taps, unread, correlate2d, mend, convLine, decimal, fraction }) {
  const { input_shape, kernel_shape, stride, padding, dilation, padding_mode } = one;
  const settings = { input_shape, kernel_shape, stride, padding, dilation, padding_mode };
  const words = (one.image ?? []).flat().map((value) => [decimal(value / 7), fraction(value / 7), decimal(value / 64), fraction(value / 16)]);
  try {
    const sliding = slide(settings);
    return {
      line: convLine(settings),
      output: correlate2d(sliding, one.image, one.kernel),
      taps: taps(sliding, ...one.position).map((tap) => [...tap.kernel, ...tap.place, ...(tap.source ?? [])]),
      unread: [0, 1].map((axis) => Object.values(unread(sliding, axis))),
      mend: mend(settings),
      words,
    };
  } catch (error) {
    const { patch } = mend(settings);
    return { refused: error.message, mended: { ...settings, ...patch } };
  }
}
