using System.Globalization;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Training.Checkpoints;

/// <summary>What a <see cref="WeightsFile"/> tells of its weights besides their values; null or empty where it tells nothing.</summary>
public sealed record WeightsOrigin(JobSpec? Job, int Epoch, long Step, PixelNormalisation? Normalisation, IReadOnlyList<string> ClassNames);

/// <summary>
/// The weights of a network alone, as a safetensors file: the tensors of a PyTorch state dict by their names, float32. What this program
/// knows of them goes along as metadata, all strings; files of others need not have any.
/// </summary>
public static class WeightsFile
{
    private const string Digest = "weightsSha256";
    private const string Format = "format";
    private const string Job = "job";
    private const string Epoch = "epoch";
    private const string Step = "step";

    /// <summary>The same bytes for equal checkpoints, whatever their optimizer's state.</summary>
    public static void Write(Stream stream, Checkpoint checkpoint, ParameterLayout layout)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Format] = "pt",
            [Job] = JobSpecJson.Write(checkpoint.Job),
            [Epoch] = checkpoint.Epoch.ToString(CultureInfo.InvariantCulture),
            [Step] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            [Digest] = WeightsDigest.Of(checkpoint.Weights),
        };
        NormalisationMetadata.Add(checkpoint.Normalisation, metadata);
        ClassNamesMetadata.Add(checkpoint.ClassNames, metadata);
        var header = SafetensorsHeader.Of(metadata, layout.Tensors.Select(tensor => (tensor.Name, tensor.Shape)));
        SafetensorsWriter.Write(stream, header, [checkpoint.Weights]);
    }

    /// <summary>What the file's metadata say.</summary>
    /// <param name="file">For messages.</param>
    /// <exception cref="UserErrorException">They say what cannot be.</exception>
    public static WeightsOrigin Origin(SafetensorsHeader header, string file)
    {
        if (header.Metadata.ContainsKey(CheckpointFile.Checksum) && header.Metadata.ContainsKey(Job))
        {
            throw new UserErrorException($"{file}: it is a checkpoint of this program already; use it as it is");
        }

        long Number(string key, long most) => !header.Metadata.TryGetValue(key, out string? text) ? 0
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= most ? value
            : throw SafetensorsReader.Damaged(file, $"its '{key}' is not a number from 0 to {most}");
        JobSpec? job = header.Metadata.TryGetValue(Job, out string? json) ? JobSpecJson.Read(json, file) : null;
        PixelNormalisation? normalisation = NormalisationMetadata.Read(header.Metadata, file);
        IReadOnlyList<string> names = ClassNamesMetadata.Read(header.Metadata, file);
        return job is null
            ? new WeightsOrigin(null, 0, 0, normalisation, names)
            : new WeightsOrigin(job, (int)Number(Epoch, int.MaxValue), Number(Step, long.MaxValue), normalisation, names);
    }

    /// <summary>The tensors of a layout, in its order; the file may have them in any.</summary>
    /// <param name="stream">At the start of the data section.</param>
    /// <param name="defects">One line for each that makes the file unusable for this layout; the weights are whole if there is none.</param>
    /// <exception cref="UserErrorException">The file ended while it was read.</exception>
    public static float[] Read(Stream stream, SafetensorsHeader header, ParameterLayout layout, string file, out IReadOnlyList<string> defects)
    {
        long data = stream.Position;
        float[] weights = new float[layout.Count];
        var found = new List<string>();
        defects = found;
        Dictionary<string, SafetensorsEntry> entries = header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        foreach (ParameterTensor tensor in layout.Tensors)
        {
            if (!entries.Remove(tensor.Name, out SafetensorsEntry? entry))
            {
                found.Add($"tensor '{tensor.Name}' of shape {Shape(tensor.Shape)} is missing");
            }
            else if (!entry.Shape.SequenceEqual(tensor.Shape))
            {
                found.Add($"tensor '{tensor.Name}' has the shape {Shape(entry.Shape)}, and the model's has {Shape(tensor.Shape)}");
            }
            else
            {
                stream.Position = data + entry.Begin;
                Span<float> values = weights.AsSpan(tensor.Offset, tensor.Length);
                SafetensorsReader.ReadData(stream, values, file);
                if (values.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is int index and >= 0)
                {
                    found.Add(string.Create(CultureInfo.InvariantCulture, $"tensor '{tensor.Name}' holds {values[index]} at {index}, which is no finite number"));
                }
            }
        }

        found.AddRange(entries.Keys.Order(StringComparer.Ordinal).Select(name => $"tensor '{Printable(name)}' of shape {Shape(entries[name].Shape)} is none of the model's"));
        return weights;
    }

    private static string Shape(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    private static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c));
}
