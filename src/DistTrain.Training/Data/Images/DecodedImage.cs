using DistTrain.Training.Data.Shaping;

namespace DistTrain.Training.Data.Images;

/// <summary>The pixels of a file.</summary>
/// <param name="Pixels">3 x height x width bytes: red, green, blue.</param>
internal readonly record struct DecodedImage(byte[] Pixels, ImageSize Size);
