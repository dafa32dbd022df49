using DistTrain.Training.Data.Shaping;

namespace DistTrain.Training.Data.Images;

/// <summary>The pixels of a file, upright.</summary>
/// <param name="Pixels">3 x height x width bytes: red, green, blue.</param>
public readonly record struct DecodedImage(byte[] Pixels, ImageSize Size);
