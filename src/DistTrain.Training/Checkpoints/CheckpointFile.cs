using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Training.Checkpoints;

/// <summary>
/// A checkpoint as a safetensors file: the tensors of the state dict by their names, the optimizer's moments as
/// <c>optimizer.first_moment.NAME</c> and <c>optimizer.second_moment.NAME</c>, as far as it has them, all else as metadata. The metadata's
/// <c>checksum</c> covers the rest of the header and the data.
/// </summary>
public static class CheckpointFile
{
    public const string FirstMomentPrefix = "optimizer.first_moment.";
    public const string SecondMomentPrefix = "optimizer.second_moment.";

    /// <summary>The key that every checkpoint has, and files of weights alone have not.</summary>
    internal const string Checksum = "checksum";

    private const string Digest = "weightsSha256";
    private const string Format = "format";
    private const string Job = "job";
    private const string Epoch = "epoch";
    private const string Step = "step";
    private const string Seed = "seed";

    private static readonly string[] OwnKeys = [Checksum, Digest, Format, Job, Epoch, Step, Seed, .. NormalisationMetadata.Keys, ClassNamesMetadata.Key];

    public static void Write(Stream stream, Checkpoint checkpoint)
    {
        if (OwnKeys.FirstOrDefault(checkpoint.Extra.ContainsKey) is string taken)
        {
            throw new ArgumentException($"'{taken}' is the checkpoint's own and cannot be used in {nameof(Checkpoint.Extra)}.", nameof(checkpoint));
        }

        ParameterLayout layout = checkpoint.Job.Network().Layout;
        Moments moments = checkpoint.Job.KeptMoments();
        (int first, int second) = (moments.Length(Moments.First, layout.Count), moments.Length(Moments.Second, layout.Count));
        if ((checkpoint.Weights.Length, checkpoint.FirstMoment.Length, checkpoint.SecondMoment.Length) != (layout.Count, first, second))
        {
            throw new ArgumentException($"Weights and moments must be those of {checkpoint.Job.Model} and {checkpoint.Job.Optimizer}.", nameof(checkpoint));
        }

        float[][] data = [checkpoint.Weights, checkpoint.FirstMoment, checkpoint.SecondMoment];

        // "pt" is what other readers of safetensors expect of a PyTorch state dict.
        var metadata = new Dictionary<string, string>(checkpoint.Extra, StringComparer.Ordinal)
        {
            [Format] = "pt",
            [Job] = JobSpecJson.Write(checkpoint.Job),
            [Epoch] = checkpoint.Epoch.ToString(CultureInfo.InvariantCulture),
            [Step] = checkpoint.Step.ToString(CultureInfo.InvariantCulture),
            [Seed] = checkpoint.Job.Seed.ToString(CultureInfo.InvariantCulture),
            [Digest] = WeightsDigest.Of(checkpoint.Weights),
        };
        NormalisationMetadata.Add(checkpoint.Normalisation, metadata);
        ClassNamesMetadata.Add(checkpoint.ClassNames, metadata);
        var unsigned = SafetensorsHeader.Of(metadata, Tensors(layout, moments));
        XxHash128 hash = HashOf(unsigned);
        foreach (float[] part in data)
        {
            hash.Append(MemoryMarshal.AsBytes(part.AsSpan()));
        }

        SafetensorsHeader header = unsigned.With(new Dictionary<string, string>(metadata) { [Checksum] = Text(hash) });
        SafetensorsWriter.Write(stream, header, [.. data.Select(part => (ReadOnlyMemory<float>)part)]);
    }

    /// <exception cref="UserErrorException">The file cannot be read, is damaged, or is no checkpoint; the message names it.</exception>
    public static Checkpoint Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return Read(stream, path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path}: the checkpoint cannot be read: {failure.Message}", failure);
        }
    }

    private static Checkpoint Read(FileStream stream, string path)
    {
        SafetensorsHeader header = SafetensorsReader.ReadHeader(stream, path);
        string Value(string key) => header.Metadata.TryGetValue(key, out string? value)
            ? value
            : throw SafetensorsReader.Damaged(path, $"it is no checkpoint of this program: it has no '{key}' ('disttrain import' makes one of weights alone)");
        long Number(string key, long most) =>
            long.TryParse(Value(key), NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= most
                ? value
                : throw SafetensorsReader.Damaged(path, $"its '{key}' is not a number from 0 to {most}");

        // Nothing in the file is interpreted before all of it is known to be as it was written.
        RequireChecksum(stream, header, Value(Checksum), path);
        (JobSpec job, ParameterLayout layout) = ReadJob(Value(Job), path);
        Moments moments = job.KeptMoments();
        RequireTensors(header, Tensors(layout, moments), path);
        float[][] data = [new float[layout.Count], moments.Zeros(Moments.First, layout.Count), moments.Zeros(Moments.Second, layout.Count)];
        foreach (float[] part in data)
        {
            SafetensorsReader.ReadData(stream, part, path);
        }

        return new Checkpoint
        {
            Job = job,
            Epoch = (int)Number(Epoch, int.MaxValue),
            Step = Number(Step, long.MaxValue),
            Weights = data[0],
            FirstMoment = data[1],
            SecondMoment = data[2],
            Normalisation = NormalisationMetadata.Read(header.Metadata, path),
            ClassNames = ClassNamesMetadata.Read(header.Metadata, path),
            Extra = header.Metadata.Where(pair => !OwnKeys.Contains(pair.Key)).ToDictionary(),
        };
    }

    private static (JobSpec Job, ParameterLayout Layout) ReadJob(string json, string path)
    {
        JobSpec job = JobSpecJson.Read(json, path);
        try
        {
            job.Validate();
            return (job, job.Network().Layout);
        }
        catch (UserErrorException bad)
        {
            throw new UserErrorException($"{path}: its job cannot be run: {bad.Message}", bad);
        }
    }

    /// <summary>Reads the data section, and goes back to its start.</summary>
    private static void RequireChecksum(FileStream stream, SafetensorsHeader header, string checksum, string path)
    {
        long data = stream.Position;
        XxHash128 hash = HashOf(header.With(header.Metadata.Where(pair => pair.Key != Checksum).ToDictionary()));
        hash.Append(stream);
        if (Text(hash) != checksum)
        {
            throw SafetensorsReader.Damaged(path, "its contents do not match its checksum");
        }

        stream.Position = data;
    }

    private static void RequireTensors(SafetensorsHeader header, IEnumerable<(string Name, IReadOnlyList<int> Shape)> tensors, string path)
    {
        (string Name, IReadOnlyList<int> Shape)[] expected = [.. tensors];
        for (int i = 0; i < Math.Max(expected.Length, header.Entries.Count); i++)
        {
            if (i >= expected.Length || i >= header.Entries.Count
                || header.Entries[i].Name != expected[i].Name || !header.Entries[i].Shape.SequenceEqual(expected[i].Shape))
            {
                string want = i < expected.Length ? $"'{expected[i].Name}' of shape [{string.Join(", ", expected[i].Shape)}]" : "no more tensors";
                throw SafetensorsReader.Damaged(path, $"at place {i + 1} its model has {want}, but the file has not");
            }
        }
    }

    private static IEnumerable<(string Name, IReadOnlyList<int> Shape)> Tensors(ParameterLayout layout, Moments moments) =>
        Prefixes(moments).SelectMany(prefix => layout.Tensors.Select(tensor => (prefix + tensor.Name, tensor.Shape)));

    private static IEnumerable<string> Prefixes(Moments moments)
    {
        yield return "";
        if ((moments & Moments.First) != 0)
        {
            yield return FirstMomentPrefix;
        }

        if ((moments & Moments.Second) != 0)
        {
            yield return SecondMomentPrefix;
        }
    }

    /// <summary>XxHash3 (128 bit) of a header in canonical form; the data is appended to it.</summary>
    private static XxHash128 HashOf(SafetensorsHeader withoutChecksum)
    {
        var hash = new XxHash128();
        hash.Append(withoutChecksum.ToJson().Span);
        return hash;
    }

    private static string Text(XxHash128 hash) => $"xxh3-128:{Convert.ToHexStringLower(hash.GetCurrentHash())}";
}
