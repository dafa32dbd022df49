using System.Text;
using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Jobs;

namespace DistTrain.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Theory]
    [InlineData("adam", 61_706, 61_706)]
    [InlineData("adamw", 61_706, 61_706)]
    [InlineData("nadam", 61_706, 61_706)]
    [InlineData("sgd", 0, 0)]
    [InlineData("momentum", 61_706, 0)]
    [InlineData("nesterov", 61_706, 0)]
    [InlineData("rmsprop", 0, 61_706)]
    public void Checkpoint_read_back_is_what_was_written(string optimizer, int firstMoment, int secondMoment)
    {
        Checkpoint written = SampleCheckpoint.Of(new JobSpec { Steps = 77, Variant = "classic", Optimizer = optimizer }, step: 1234);
        Assert.Equal((firstMoment, secondMoment), (written.FirstMoment.Length, written.SecondMoment.Length));
        string path = directory.File("a.safetensors");
        Write(path, written);

        Checkpoint read = CheckpointFile.Read(path);

        Assert.Equal(written.Job, read.Job);
        Assert.Equal((2, 1234L), (read.Epoch, read.Step));
        Assert.Equal(written.Weights, read.Weights);
        Assert.Equal(written.FirstMoment, read.FirstMoment);
        Assert.Equal(written.SecondMoment, read.SecondMoment);
        Assert.Equal(written.Extra, read.Extra);
    }

    [Fact]
    public void Moments_that_the_optimizer_has_not_are_refused()
    {
        Checkpoint adam = SampleCheckpoint.Of(new JobSpec(), step: 1);
        Assert.Throws<ArgumentException>(() => CheckpointFile.Write(Stream.Null, adam with { Job = new JobSpec { Optimizer = "momentum" } }));
        Assert.Throws<ArgumentException>(() => CheckpointFile.Write(Stream.Null, adam with { SecondMoment = [] }));
    }

    [Fact]
    public void Names_of_classes_may_hold_anything()
    {
        string path = directory.File("a");
        string[] names = ["owl, \"barn\"", "\u00e9\n\t[bold]", "", "\U0001f989", "7"];
        Write(path, SampleCheckpoint.Small(3) with { ClassNames = names });

        Assert.Equal(names, CheckpointFile.Read(path).ClassNames);
    }

    [Fact]
    public void File_without_names_of_classes_has_none()
    {
        string path = directory.File("a");
        Write(path, SampleCheckpoint.Small(3));

        Assert.Empty(CheckpointFile.Read(path).ClassNames);
        Assert.DoesNotContain("classNames", Encoding.Latin1.GetString(File.ReadAllBytes(path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("owl,wren")]
    [InlineData("{}")]
    [InlineData("[1, 2]")]
    [InlineData("[null]")]
    public void Names_of_classes_that_are_no_array_of_strings_are_named_as_the_fault(string json)
    {
        var error = Assert.Throws<UserErrorException>(() => ClassNamesMetadata.Read(new Dictionary<string, string> { ["classNames"] = json }, "f.safetensors"));

        Assert.StartsWith("f.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Contains("'classNames' is not a JSON array of strings", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_checkpoints_are_equal_files()
    {
        using var first = new MemoryStream();
        using var second = new MemoryStream();
        CheckpointFile.Write(first, SampleCheckpoint.Small(5));
        CheckpointFile.Write(second, SampleCheckpoint.Small(5));

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Data_begins_at_a_multiple_of_eight_bytes()
    {
        using var stream = new MemoryStream();
        CheckpointFile.Write(stream, SampleCheckpoint.Small(5));

        Assert.Equal(0, BitConverter.ToInt64(stream.ToArray()) % 8);
    }

    [Fact]
    public void Damaged_file_is_an_error_that_names_it_or_reads_the_same()
    {
        string intact = directory.File("intact");
        Write(intact, SampleCheckpoint.Small(9));
        byte[] bytes = File.ReadAllBytes(intact);
        Checkpoint expected = CheckpointFile.Read(intact);
        string damaged = directory.File("damaged");
        int header = (int)BitConverter.ToInt64(bytes);

        Gen<byte[]> truncated = Gen.Int[0, bytes.Length - 1].Select(length => bytes[..length]);
        Gen<byte[]> flipped = Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Select((at, mask) => Changed(at, [(byte)(bytes[at] ^ mask)]));
        Gen<byte[]> extended = Gen.Byte.Array[1, 9].Select(more => (byte[])[.. bytes, .. more]);
        string[] scribbles = ["{", "\"", "9", "-", "[", "\\", "\\ud800", " ", "\n", "null", "\u00ff"];
        Gen<byte[]> scribbled = Gen.Select(Gen.Int[8, header - 8], Gen.Int[0, scribbles.Length - 1])
            .Select((at, which) => Changed(at, Encoding.Latin1.GetBytes(scribbles[which])));
        byte[] Changed(int at, byte[] by)
        {
            byte[] copy = [.. bytes];
            by.CopyTo(copy, at);
            return copy;
        }

        int harmless = 0;
        Gen.OneOf(truncated, flipped, extended, scribbled).Sample(
            contents =>
            {
                File.WriteAllBytes(damaged, contents);
                try
                {
                    Checkpoint read = CheckpointFile.Read(damaged);
                    Assert.Equal(expected.Weights, read.Weights);
                    Assert.Equal(expected.FirstMoment, read.FirstMoment);
                    Assert.Equal(expected.SecondMoment, read.SecondMoment);
                    Assert.Equal((expected.Job, expected.Epoch, expected.Step), (read.Job, read.Epoch, read.Step));
                    harmless++;
                }
                catch (UserErrorException error)
                {
                    Assert.Contains(damaged, error.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', error.Message);
                }
            },
            iter: 2000,
            threads: 1);

        Assert.InRange(harmless, 0, 200);
    }

    [Fact]
    public void File_of_another_model_is_refused()
    {
        string path = directory.File("other");
        Checkpoint checkpoint = SampleCheckpoint.Small(1);
        var header = SafetensorsHeader.Of(new Dictionary<string, string>(), [("a", [3])]);
        using (FileStream stream = File.Create(path))
        {
            SafetensorsWriter.Write(stream, header, [new float[3]]);
        }

        var error = Assert.Throws<UserErrorException>(() => CheckpointFile.Read(path));
        Assert.Contains("no checkpoint", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CheckpointFile.Write(Stream.Null, checkpoint with { Weights = new float[3] }));
    }

    [Fact]
    public void Missing_file_is_an_error_that_names_it()
    {
        string path = directory.File("missing");

        Assert.Contains(path, Assert.Throws<UserErrorException>(() => CheckpointFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Own_metadata_keys_cannot_be_taken() =>
        Assert.Throws<ArgumentException>(() =>
            CheckpointFile.Write(Stream.Null, SampleCheckpoint.Small(1) with { Extra = new Dictionary<string, string> { ["checksum"] = "" } }));

    [Fact]
    public void Digest_of_weights_is_the_SHA256_of_their_bytes()
    {
        // printf '\x00\x00\x80\x3f\x00\x00\x00\xc0' | sha256sum
        Assert.Equal("ee4ac73c2bd27756ab82780f27c73a7bc4d3f0bb6acb37e008bc27eccd7e588b", WeightsDigest.Of([1f, -2f]));
    }

    private static void Write(string path, Checkpoint checkpoint)
    {
        using FileStream stream = File.Create(path);
        CheckpointFile.Write(stream, checkpoint);
    }
}
