using DistTrain.Tests.Reference;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Shaping;
using DistTrain.Training.Engines;

namespace DistTrain.Tests.Data;

public sealed class DatasetPreparationTests
{
    private static readonly ImageDataset Set = ImageDataset.Measured("noise", RandomImages.Make(100, 1), RandomImages.Make(20, 2), "here");

    [Fact]
    public void Without_wishes_it_is_the_very_same_set() => Assert.Same(Set, Apply(new DatasetRequest("noise")));

    [Theory]
    [InlineData(0.25, 25)]
    [InlineData(13, 13)]
    public void Validation_set_and_rest_are_the_whole(double wanted, int count)
    {
        ImageDataset parted = Apply(new DatasetRequest("noise") { Validation = wanted, Seed = 5 });
        Assert.Equal((100 - count, count, 20), (parted.Train.Count, parted.Validation!.Count, parted.Test.Count));
        Assert.Equal(Images(Set.Train).Order(), Images(parted.Train).Concat(Images(parted.Validation)).Order());
        Assert.Equal(parted.Fingerprint, Apply(new DatasetRequest("noise") { Validation = wanted, Seed = 5 }).Fingerprint);
        Assert.NotEqual(parted.Fingerprint, Apply(new DatasetRequest("noise") { Validation = wanted, Seed = 6 }).Fingerprint);
        Assert.NotEqual(parted.Fingerprint, Set.Fingerprint);
        Assert.Equal(PixelStatistics.Of(parted.Train), (parted.Mean, parted.StandardDeviation));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(0.001)]
    [InlineData(0.999)]
    public void Validation_set_that_leaves_nothing_on_one_side_is_refused(double wanted) =>
        Assert.Contains("of 100 training images", Refusal(new DatasetRequest("noise") { Validation = wanted }), StringComparison.Ordinal);

    [Fact]
    public void Given_mean_and_deviation_win_and_the_data_stay_the_same()
    {
        ImageDataset given = Apply(new DatasetRequest("noise") { Mean = 0.25f, Deviation = 0.5f });
        Assert.Equal((new ChannelValues(0.25f), new ChannelValues(0.5f), Set.Fingerprint), (given.Mean, given.StandardDeviation, given.Fingerprint));
    }

    [Fact]
    public void Mean_for_other_channels_than_there_are_is_refused() =>
        Assert.Contains("--mean has 3 numbers, but the images have 1 channel", Refusal(new DatasetRequest("noise") { Mean = new ChannelValues(0.1f, 0.2f, 0.3f) }), StringComparison.Ordinal);

    [Fact]
    public void Resized_set_is_measured_anew_and_has_another_fingerprint()
    {
        ImageDataset small = Apply(new DatasetRequest("noise") { Size = new ImageSize(7, 14) });
        Assert.Equal((7, 14, 100), (small.Train.Height, small.Train.Width, small.Train.Count));
        Assert.NotEqual(Set.Fingerprint, small.Fingerprint);
        Assert.True(small.StandardDeviation[0] < Set.StandardDeviation[0], "means of blocks of noise vary less than noise");
    }

    [Fact]
    public void Batch_normalises_each_channel_by_its_own_numbers()
    {
        LabelledImages grey = RandomImages.Make(2, 3);
        LabelledImages colour = grey with { Channels = 4, Height = 14, Width = 14 };
        float[] means = [0.1f, 0.2f, 0.3f, 0.4f];
        float[] deviations = [0.5f, 0.6f, 0.7f, 0.8f];
        var batch = new Batch(colour, new ChannelValues(means), new ChannelValues(deviations), 2);
        batch.Fill(colour, [1, 0]);
        for (int i = 0; i < 2 * 784; i++)
        {
            int channel = i % 784 / 196;
            Assert.Equal(((colour.Pixels[(i + 784) % 1568] / 255f) - means[channel]) / deviations[channel], batch.Inputs[i]);
        }
    }

    [Theory]
    [InlineData("0.5", 1)]
    [InlineData("0.49,0.48,0.45", 3)]
    public void Channel_values_read_back_what_they_write(string text, int count)
    {
        ChannelValues values = ChannelValues.Parse(text)!.Value;
        Assert.Equal((count, text), (values.Count, values.ToString()));
        Assert.Equal(values, ChannelValues.Parse(values.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.5,")]
    [InlineData("x")]
    [InlineData("NaN")]
    public void Channel_values_refuse_what_is_no_number(string text) => Assert.Null(ChannelValues.Parse(text));

    private static ImageDataset Apply(DatasetRequest request) => DatasetPreparation.Apply(Set, request, CancellationToken.None);

    private static string Refusal(DatasetRequest request) => Assert.Throws<UserErrorException>(() => Apply(request)).Message;

    private static IEnumerable<string> Images(LabelledImages set) =>
        Enumerable.Range(0, set.Count).Select(i => $"{set.Labels[i]} {Convert.ToHexString(set.Image(i).Span)}");
}
