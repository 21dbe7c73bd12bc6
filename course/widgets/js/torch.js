// The lines of code that a view offers to copy; course.arithmetic's torch_line() writes the same.

const both = ([height, width]) => (height === width ? String(height) : `(${height}, ${width})`);

export function convLine({ kernel_shape, stride, padding, dilation, padding_mode }) {
  const given = (name, pair, usual) => (pair.every((v) => v === usual) ? "" : `, ${name}=${both(pair)}`);
  return (
    `nn.Conv2d(1, 1, kernel_size=${both(kernel_shape)}` +
    given("stride", stride, 1) + given("padding", padding, 0) + given("dilation", dilation, 1) +
    `, bias=False${padding_mode === "zeros" ? "" : `, padding_mode='${padding_mode}'`})`
  );
}
